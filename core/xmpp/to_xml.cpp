#include "xmpp/writer.hpp"
#include "xmpp/xml_escape.hpp"

namespace dragoman::xmpp {

namespace {

void append(std::string& out, const Element& element, std::string_view parent_ns) {
  if (element.is_text()) {
    append_escaped_text(out, element.content);
    return;
  }
  out += '<';
  out += element.name;
  const std::string_view ns = element.ns.empty() ? parent_ns : std::string_view{element.ns};
  if (ns != parent_ns) {
    out += " xmlns='";
    append_escaped(out, ns);
    out += '\'';
  }
  for (const Element::Attribute& attribute : element.attributes) {
    out += ' ';
    out += attribute.name;
    out += "='";
    append_escaped(out, attribute.value);
    out += '\'';
  }
  if (element.children.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Element& child : element.children) append(out, child, ns);
  out += "</";
  out += element.name;
  out += '>';
}

}  // namespace

std::string to_xml(const Element& element) {
  std::string out;
  append(out, element, {});
  return out;
}

}  // namespace dragoman::xmpp
