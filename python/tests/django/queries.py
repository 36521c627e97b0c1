"""QuerySets that tests name by their dotted path."""

from catalog.models import Custom, Maker


def makers():
    return Maker.objects.values("code", "founded")


def loud():
    return Custom.objects.values("loud")


def needs_one(title):
    return Maker.objects.values("code")


number = 5
