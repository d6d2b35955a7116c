"""The one question about a moment that a class is asked afterwards, and its answers."""

import datetime as dt
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.api.fields import Line
from sessions_app.enums import Right
from sessions_app.forms.text import something_to_see
from sessions_app.models import Question
from sessions_app.models.question import MAX_ANSWER, MAX_QUESTION
from sessions_app.selectors.questions import as_data, question_of
from sessions_app.services import audit, questions
from sessions_app.services.marks import OutsideClass


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Random; to delete it by.")
    text = serializers.CharField(max_length=MAX_ANSWER)


class QuestionSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(
        default_timezone=dt.UTC,
        help_text="A moment of the lesson, in a minute that has numbers.",
    )
    words = Line(
        max_length=MAX_QUESTION,
        allow_blank=True,
        required=False,
        validators=[something_to_see],
        help_text="The question; left out, it is “What happened?”.",
    )
    asked_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    answers = AnswerSerializer(
        many=True,
        read_only=True,
        help_text="In no order; as many at a time as the minimum group, or none yet.",
    )


class QuestionViewSet(GenericViewSet[Question]):
    queryset = Question.objects.all()
    serializer_class = QuestionSerializer

    @extend_schema(operation_id="sessions_question")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What the class was asked, and the answers that can be shown; 404 without one."""
        session = session_of(request, pk)
        audit.viewed(session=session, by=staff(request), what="Answers")
        question = question_of(session)
        if question is None:
            raise NotFound
        return Response(as_data(question))

    @extend_schema(
        operation_id="sessions_question_ask", responses={201: QuestionSerializer}
    )
    def create(self, request: Request, pk: UUID) -> Response:
        """Ask the students of a lesson that is over about a moment; one question each."""
        session = session_of(request, pk, Right.RUN)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            question = questions.ask(
                session=session, by=staff(request), **asked.validated_data
            )
        except OutsideClass as error:
            raise serializers.ValidationError({"at": [str(error)]}) from error
        return Response(as_data(question), status=201)

    @extend_schema(operation_id="sessions_question_delete")
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Delete the question and all answers; another one can be asked then."""
        session = session_of(request, pk, Right.RUN)
        questions.delete(session=session, by=staff(request))
        return Response(status=204)

    @extend_schema(operation_id="sessions_question_close", request=None)
    def close(self, request: Request, pk: UUID) -> Response:
        """Take no more answers, and show the rest of them if enough answered in all."""
        session = session_of(request, pk, Right.RUN)
        return Response(as_data(questions.close(session=session, by=staff(request))))

    @extend_schema(operation_id="sessions_answer_delete")
    def delete_answer(self, request: Request, pk: UUID, answer: UUID) -> Response:
        """Take an answer away for good."""
        session = session_of(request, pk, Right.RUN)
        gone = questions.delete_answer(
            session=session, by=staff(request), answer=str(answer)
        )
        if not gone:
            raise Question.DoesNotExist
        return Response(status=204)
