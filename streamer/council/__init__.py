"""The rules of a council's meeting. Pure: no asyncio, no I/O, no clock; time and ids are arguments."""
