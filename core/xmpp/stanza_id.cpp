#include "xmpp/stanza_id.hpp"

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

bool is_stanza_id_of(const Element& child, std::string_view by) {
  return child.is("stanza-id", ns::stanza_id) && child.get("by") == by;
}

}  // namespace

std::string_view read_origin_id(const Element& stanza) {
  const Element* origin = stanza.child("origin-id", ns::stanza_id);
  return origin == nullptr ? std::string_view{} : origin->get("id");
}

std::string_view read_stanza_id(const Element& stanza, std::string_view by) {
  for (const Element& child : stanza.children) {
    if (is_stanza_id_of(child, by)) return child.get("id");
  }
  return {};
}

void remove_stanza_ids(Element& stanza, std::string_view by) {
  std::erase_if(stanza.children, [by](const Element& child) { return is_stanza_id_of(child, by); });
}

void write_origin_id(Writer& writer, std::string_view id) {
  writer.open("origin-id", ns::stanza_id);
  writer.attribute("id", id);
  writer.close();
}

void write_stanza_id(Writer& writer, std::string_view id, std::string_view by) {
  writer.open("stanza-id", ns::stanza_id);
  writer.attribute("id", id);
  writer.attribute("by", by);
  writer.close();
}

}  // namespace dragoman::xmpp
