"""The addresses of askers: their questions, their receipts, what they support, and what is kept about them."""

from aiohttp import web as aio

from web import pages, privacy, receipts, support

QUESTION = "/meetings/{meeting}/questions/{question}"
RECEIPT = "/receipt/{code}"

ASKERS = [
    aio.post("/meetings/{meeting}/questions", pages.ask),
    aio.post(QUESTION + "/withdraw", pages.withdraw),
    aio.post(QUESTION + "/support", support.support),
    aio.get(QUESTION + "/receipt", receipts.own),
    aio.get("/receipt", receipts.ask_for),
    aio.post("/receipt", receipts.find),
    aio.get(RECEIPT, receipts.show),
    aio.get(RECEIPT + "/data.json", receipts.data),
    aio.post(RECEIPT + "/edit", receipts.edit),
    aio.post(RECEIPT + "/withdraw", receipts.withdraw),
    aio.post(RECEIPT + "/delete", receipts.erase),
    aio.get("/privacy", privacy.privacy),
]
