"""The OpenAPI page at `/docs`, with its scripts from a package instead of a content network."""

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

# FastAPI's page starts Swagger UI in an inline script.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


def routes() -> APIRouter:
    """`/docs` and what it loads."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def page() -> HTMLResponse:
        response = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="万号 Wanhao API",
            swagger_js_url="/docs/static/swagger-ui-bundle.js",
            swagger_css_url="/docs/static/swagger-ui.css",
            swagger_favicon_url="/docs/static/favicon-32x32.png",
        )
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    return router


def static_files() -> StaticFiles:
    """Swagger UI's own files."""
    return StaticFiles(directory=swagger_ui_path)
