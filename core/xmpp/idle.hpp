#pragma once

#include <optional>

#include "base/clock.hpp"
#include "xmpp/element.hpp"
#include "xmpp/timestamps.hpp"
#include "xmpp/writer.hpp"

// XEP-0319: since when somebody has not touched their client.
//   <presence><show>away</show><idle xmlns='urn:xmpp:idle:1' since='2026-11-20T09:00:00Z'/></presence>
namespace dragoman::xmpp {

inline constexpr std::string_view idle_ns = "urn:xmpp:idle:1";

inline void write_idle(Writer& writer, Timestamp since) {
  writer.open("idle", idle_ns);
  writer.attribute("since", to_datetime(since));
  writer.close();
}

/// Nothing when the presence does not say it, or not as a date.
inline std::optional<Timestamp> read_idle(const Element& presence) {
  const Element* idle = presence.child("idle", idle_ns);
  return idle == nullptr ? std::nullopt : read_datetime(idle->get("since"));
}

}  // namespace dragoman::xmpp
