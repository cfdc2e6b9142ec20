"""Answers that refuse: a status and `{errcode, error}` (client-server API, "Standard error response")."""


class MatrixError(Exception):
    def __init__(self, status, code, text, headers=(), **more):
        super().__init__(text)
        self.status = status
        self.headers = dict(headers)
        self.body = {"errcode": code, "error": text, **more}


def forbidden(text):
    return MatrixError(403, "M_FORBIDDEN", text)


def not_found(text="Not found"):
    return MatrixError(404, "M_NOT_FOUND", text)


def bad(text, code="M_BAD_JSON"):
    return MatrixError(400, code, text)


def unrecognized(status=404):
    return MatrixError(status, "M_UNRECOGNIZED", "Unrecognized request")
