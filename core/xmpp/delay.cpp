#include "xmpp/delay.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

void write_delay(Writer& writer, Timestamp time, std::string_view from) {
  writer.open("delay", ns::delay);
  writer.attribute("from", from);
  writer.attribute("stamp", to_datetime(time));
  writer.close();
  writer.open("x", ns::legacy_delay);
  writer.attribute("from", from);
  writer.attribute("stamp", to_legacy_datetime(time));
  writer.close();
}

std::optional<Timestamp> read_delay(const Element& stanza) {
  if (const Element* delay = stanza.child("delay", ns::delay)) {
    if (const auto time = read_datetime(delay->get("stamp"))) return time;
  }
  const Element* legacy = stanza.child("x", ns::legacy_delay);
  return legacy == nullptr ? std::nullopt : read_legacy_datetime(legacy->get("stamp"));
}

}  // namespace dragoman::xmpp
