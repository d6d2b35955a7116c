import json

import pytest
from django.core.management import CommandError, call_command

from sessions_app.management.commands.sizing import Units, needed

REPORT = {
    "frame_bytes": 7850,
    "cpu_ms_per_frame": {"web": 0.7, "workers": 2.8, "redis": 0.1, "proxy": 0.1}
    | {"postgresql": 0.05},
    "memory_kb_per_student": {"web": 50.0},
    "redis_commands_processed_per_frame": 4.0,
    "redis_net_input_bytes_per_frame": 10_000.0,
    "samples": [{"rss_mb": {"web": 400.0, "workers": 600.0}}],
}


def test_what_students_need_follows_from_what_a_frame_costs():
    needs = needed(Units.of(REPORT), students=10_000, interval_s=2.0)

    assert needs["frames a second"] == 5_000
    assert needs["web processes"] == 5  # 5,000 x 0.7 ms, at 70 % of a core each
    assert needs["inference workers"] == 20
    assert needs["students per core of a worker"] == 500
    assert needs["memory of both, GiB"] == 8
    assert needs["frames a second that one pair of Redis bears"] == 5_000
    assert needs["pairs of Redis, so cells"] == 1
    assert needs["Redis, commands a second"] == 20_000
    assert needs["from students, Mbit/s"] == 320


@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: {"embedded": {}, "cluster": r}]
)
def test_the_command_reads_a_report_of_one_server_or_of_both(tmp_path, capsys, wrap):
    (tmp_path / "report.json").write_text(json.dumps(wrap(REPORT)))

    call_command("sizing", tmp_path / "report.json", students=100_000)

    assert "50,000" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{}", "[]", "no JSON"])
def test_what_is_no_report_is_one_sentence(tmp_path, content):
    (tmp_path / "report.json").write_text(content)

    with pytest.raises(CommandError):
        call_command("sizing", tmp_path / "report.json")
