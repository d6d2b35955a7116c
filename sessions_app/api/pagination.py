"""Lists in pages. Settings name this module, so it imports no view."""

from rest_framework.fields import IntegerField
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.serializers import ValidationError


class Pages(PageNumberPagination):
    """50 of a list, or as many as `page_size` says, within reason."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", self.page_size)
        try:
            size = int(IntegerField().run_validation(asked))
        except ValidationError as error:
            raise ValidationError({"page_size": error.detail}) from error
        return max(1, min(size, self.max_page_size))
