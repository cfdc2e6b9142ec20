#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xmpp/disco.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0115: a hash in presence that stands for what disco#info answers, so that it is asked once and not of everybody.
//   <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://gajim.org'
//   ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>
namespace dragoman::xmpp {

/// This software, wherever it runs.
inline constexpr std::string_view caps_node = "urn:x-dragoman";

/// The hash of XEP-0115 5.1 (SHA-1, base64) over `info` as make_disco_info writes it.
std::string caps_ver(const DiscoInfo& info);
/// <c/> of ours; disco#info is then asked for the node caps_node + "#" + ver.
void write_caps(Writer& writer, std::string_view ver);
/// Whether the node of a question is that of our own <c/> with this ver.
bool is_caps_node(std::string_view node, std::string_view ver);

/// What a presence says of a client.
struct Caps {
  std::string node;
  std::string ver;  ///< 28 characters
};
/// Nothing for another hash than SHA-1 (which every client has to speak, 5.1) and for what cannot be one.
std::optional<Caps> read_caps(const Element& presence);
/// Whether an answer has the hash that was announced (5.4), exactly as it stands there. One with something twice, or
/// with a `<` in it (which could be read as two features: 10.2), has none.
bool has_ver(const DiscoInfo& info, std::string_view ver);

}  // namespace dragoman::xmpp
