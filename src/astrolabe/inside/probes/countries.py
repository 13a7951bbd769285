"""Countries as one name each, and a continent for the colours of maps.

The published places write one country in many ways (``United_States``, ``United_States_of_America``
and, for the United Kingdom, its counties): held out by that column as it is, half of a country
would teach the probe where the other half lies.
"""

import re
from collections.abc import Mapping

_CONTINENTS: Mapping[str, str] = {
    "Africa": "Algeria, Angola, Benin, Botswana, Burkina Faso, Burundi, Cameroon, Cape Verde, "
    "Central African Republic, Chad, Comoros, Democratic Republic of the Congo, Djibouti, Egypt, "
    "Equatorial Guinea, Eritrea, Eswatini, Ethiopia, Gabon, Gambia, Ghana, Guinea, Guinea-Bissau, "
    "Ivory Coast, Kenya, Lesotho, Liberia, Libya, Madagascar, Malawi, Mali, Mauritania, Mauritius, "
    "Morocco, Mozambique, Namibia, Niger, Nigeria, Republic of the Congo, Rwanda, Senegal, "
    "Seychelles, Sierra Leone, Somalia, Somaliland, South Africa, South Sudan, Sudan, Tanzania, "
    "Togo, Tunisia, Uganda, Western Sahara, Zambia, Zimbabwe",
    "Asia": "Afghanistan, Armenia, Azerbaijan, Bahrain, Bangladesh, Bhutan, Brunei, Cambodia, "
    "China, Cyprus, Georgia, Hong Kong, India, Indonesia, Iran, Iraq, Israel, Japan, Jordan, "
    "Kazakhstan, Kuwait, Kyrgyzstan, Laos, Lebanon, Malaysia, Maldives, Mongolia, Myanmar, Nepal, "
    "North Korea, Oman, Pakistan, Palestine, Philippines, Qatar, Saudi Arabia, Singapore, "
    "South Korea, Sri Lanka, Syria, Taiwan, Tajikistan, Thailand, Turkey, Turkmenistan, "
    "United Arab Emirates, Uzbekistan, Vietnam, Yemen",
    "Europe": "Albania, Andorra, Austria, Belarus, Belgium, Bosnia and Herzegovina, Bulgaria, "
    "Croatia, Czech Republic, Denmark, Estonia, Faroe Islands, Finland, France, Germany, "
    "Gibraltar, Greece, Guernsey, Hungary, Iceland, Ireland, Isle of Man, Italy, Jersey, Kosovo, "
    "Latvia, Liechtenstein, Lithuania, Luxembourg, Malta, Moldova, Monaco, Montenegro, "
    "Netherlands, North Macedonia, Norway, Poland, Portugal, Romania, Russia, San Marino, Serbia, "
    "Slovakia, Slovenia, Spain, Sweden, Switzerland, Ukraine, United Kingdom, Vatican",
    "North America": "Antigua and Barbuda, Bahamas, Barbados, Belize, Canada, Costa Rica, Cuba, "
    "Dominica, Dominican Republic, El Salvador, Greenland, Grenada, Guatemala, Haiti, Honduras, "
    "Jamaica, Mexico, Nicaragua, Panama, Puerto Rico, Trinidad and Tobago, United States",
    "Oceania": "American Samoa, Australia, Cook Islands, Fiji, Kiribati, Marshall Islands, "
    "Micronesia, Nauru, New Zealand, Niue, Papua New Guinea, Samoa, Solomon Islands, Tonga, "
    "Tuvalu, Vanuatu",
    "South America": "Argentina, Bolivia, Brazil, Chile, Colombia, Ecuador, Falkland Islands, "
    "Guyana, Paraguay, Peru, Suriname, Uruguay, Venezuela",
}
_CONTINENT = {
    name: continent for continent, names in _CONTINENTS.items() for name in names.split(", ")
}

_OTHER_NAMES: Mapping[str, str] = {
    "United Kingdom": "England, Scotland, Wales, Northern Ireland, Great Britain, UK, "
    "United Kingdom of Great Britain and Ireland, Church in Wales, Cambridgeshire, Cumbria, "
    "Derbyshire, Devon, Dorset, East Sussex, Essex, Gloucestershire, Hampshire, Hertfordshire, "
    "Kent, Lancashire, Leicestershire, Lincolnshire, Norfolk, North Yorkshire, Northamptonshire, "
    "Nottinghamshire, Oxfordshire, Rutland, Somerset, Staffordshire, Suffolk, Surrey, "
    "Warwickshire, West Sussex",
    "China": "People's Republic of China",
    "Taiwan": "Republic of China",
    "Ireland": "Republic of Ireland",
    "Russia": "Russian Federation, Kabardino-Balkaria",
    "Myanmar": "Burma",
    "Italy": "Papal States",
    "Palestine": "State of Palestine, Mandatory Palestine, Palestinian Territories",
    "Democratic Republic of the Congo": "DR Congo",
    "Micronesia": "Federated States of Micronesia",
    "Czech Republic": "Czechia",
    "Western Sahara": "Sahrawi Arab Democratic Republic",
    "Singapore": "Straits Settlements",
}
_ONE_NAME = {other: name for name, others in _OTHER_NAMES.items() for other in others.split(", ")}


def country(written: str) -> str:
    """The one name of a country; a name that is not known stays as it is, with spaces."""
    name = re.sub(r" \(.*\)$", "", written.replace("_", " ").replace("&", "and").strip())
    name = re.sub(r"^(The|Kingdom of( the)?) ", "", name)
    name = name.removesuffix(" of America")
    return _ONE_NAME.get(name, name)


def continent(written: str) -> str:
    """The continent on which most of a country lies; empty for a name that is not known."""
    return _CONTINENT.get(country(written), "")
