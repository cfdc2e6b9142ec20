#pragma once

#include <span>
#include <string_view>

#include "xmpp/writer.hpp"

// XEP-0317: what somebody is in a room beyond role and affiliation, in their presence there.
//   <hats xmlns='urn:xmpp:hats:0'><hat uri='urn:x-dragoman:irc:op' title='Operator'/></hats>
namespace dragoman::xmpp {

inline constexpr std::string_view hats_ns = "urn:xmpp:hats:0";

struct Hat {
  std::string_view uri, title;
};

/// Nothing when there are none.
inline void write_hats(Writer& writer, std::span<const Hat> hats) {
  if (hats.empty()) return;
  writer.open("hats", hats_ns);
  for (const Hat& hat : hats) {
    writer.open("hat");
    writer.attribute("uri", hat.uri);
    writer.attribute("title", hat.title);
    writer.close();
  }
  writer.close();
}

}  // namespace dragoman::xmpp
