"""Places in words, for the forms in English."""

from __future__ import annotations

from astrolabe.polaris.world import City


def latitude(city: City) -> str:
    """Latitude in whole degrees, as `60 degrees north`."""
    return f"{abs(city.lat)} degrees {'north' if city.lat >= 0 else 'south'}"


def longitude(city: City) -> str:
    """Longitude in whole degrees, as `11 degrees east`."""
    return f"{abs(city.lon)} degrees {'east' if city.lon >= 0 else 'west'}"
