"""What a browser may do with the page, and how each file is called: nothing comes from elsewhere, nothing is run that is not ours."""

from pathlib import PurePosixPath

#: scripts, styles and data of this address only; three.js makes images and workers from blobs
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self' blob: data:; "
    "worker-src 'self' blob:; media-src 'self' blob:; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".glb": "model/gltf-binary",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain; charset=utf-8",
}


def content_type(name: str) -> str:
    """The media type of a file; bytes without a meaning where it has none here."""
    return _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
