"""What Prometheus may know: counts and times of the process, no session, no person."""

from prometheus_client import Counter, Gauge, Histogram

# fmt: off
_SECONDS = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075,
    0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5,
)
# fmt: on

FRAMES = Counter("fer_frames", "Frames by outcome.", ["outcome"])
DROPPED = Counter("fer_frames_dropped", "Frames dropped, by reason.", ["reason"])
LATE = Counter("fer_frames_late", "Frames whose reply came after the timeout.")
NOT_RECORDED = Counter(
    "fer_readings_not_recorded", "Readings left out, by reason.", ["reason"]
)
INTERVALS = Counter(
    "fer_intervals", "Intervals that devices read themselves, by outcome.", ["outcome"]
)
DEVICE_FRAMES = Counter(
    "fer_device_frames", "Frames that devices read themselves, in counted intervals."
)
BATCH_SIZE = Histogram(
    "fer_batch_frames", "Frames per batch.", buckets=(1, 2, 4, 8, 16, 32, 64)
)
LAG = Histogram("fer_frame_lag_seconds", "Receipt to answer.", buckets=_SECONDS)
STAGES = Histogram(
    "fer_stage_seconds",
    "Stages of a frame's way: waiting in the mailbox; its batch with the engine, "
    "there and back; recording and answering that batch.",
    ["stage"],
    buckets=_SECONDS,
)
WAITED, WITH_ENGINE, RECORDING = (
    STAGES.labels(stage) for stage in ("waiting", "engine", "recording")
)
LOOP_LAG = Histogram(
    "fer_loop_lag_seconds",
    "Lateness of a timer of the event loop, ten times a second.",
    buckets=_SECONDS,
)
WAITING = Gauge("fer_frames_waiting", "Frames in the mailbox.")
CREDIT = Gauge("fer_credit_batches", "Batches that may be in flight.")
SOCKETS = Gauge("fer_sockets", "Open sockets.", ["kind"])
SOCKETS_REFUSED = Counter(
    "fer_sockets_refused", "Sockets past what one address may open."
)
# Read from the database when asked, since in a cluster no web process closes minutes.
MINUTES = Gauge(
    "fer_running_minutes", "Minutes so far of the classes that run.", ["status"]
)
ENGINES_REPLACED = Counter(
    "fer_engines_replaced", "Local processes of the engine, by why.", ["why"]
)

# --- A cluster's frame path -------------------------------------------------------
REPLIES = Counter(
    "fer_replies", "Replies of workers: taken, refused, malformed, stray.", ["outcome"]
)
QUEUE_AGE = Histogram(
    "fer_queue_age_seconds", "From a batch's slots to its worker.", buckets=_SECONDS
)
ENGINE = Histogram("fer_engine_seconds", "A batch in the engine.", buckets=_SECONDS)
QUEUED = Gauge("fer_queued_batches", "Batches in the queue, of all web processes.")
REFUSED = Gauge("fer_tasks_refused", "Tasks that workers refused, by reason.", ["why"])
