#pragma once

#include <string_view>

#include "xmpp/writer.hpp"

// XEP-0317: what somebody is in a room beyond role and affiliation, in their presence there.
//   <hats xmlns='urn:xmpp:hats:0'><hat uri='urn:x-dragoman:irc:op' title='Operator'/></hats>
namespace dragoman::xmpp {

inline constexpr std::string_view hats_ns = "urn:xmpp:hats:0";

inline void write_hat(Writer& writer, std::string_view uri, std::string_view title) {
  writer.open("hats", hats_ns);
  writer.open("hat");
  writer.attribute("uri", uri);
  writer.attribute("title", title);
  writer.close();
  writer.close();
}

}  // namespace dragoman::xmpp
