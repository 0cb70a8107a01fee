"""What Graphviz drew, reduced to shapes and text, to stand alone or beside other drawings on a page."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
SHAPES = {"svg", "g", "path", "polygon", "polyline", "ellipse", "text"}


def cleaned(drawn: bytes, title: str, prefix: str = "") -> str:
    """The SVG with shapes and text alone, a title for those who cannot see it, and `prefix` before every id."""
    svg = ElementTree.fromstring(drawn)
    for element in list(svg.iter()):
        for child in list(element):
            if child.tag.removeprefix(f"{{{SVG}}}") not in SHAPES:
                element.remove(child)
    for element in svg.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.attrib = {name: prefix + text if name == "id" else text for name, text in element.attrib.items() if "{" not in name}
    svg.attrib |= {"xmlns": SVG, "role": "img"}
    heading = ElementTree.Element("title")
    heading.text = title
    svg.insert(0, heading)
    return ElementTree.tostring(svg, encoding="unicode")
