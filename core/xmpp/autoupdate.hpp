#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// jabber:iq:autoupdate and jabber:x:autoupdate of the Jabber Programmers Guide (2000), chapter 7: who has an older
// version of a program is told so, and can ask where the newer one is.
//   <presence to='dragoman@irc.example.org/0.9.1'/>
//   <message from='dragoman@irc.example.org'>...<x xmlns='jabber:x:autoupdate'>dragoman@irc.example.org</x></message>
//   <query xmlns='jabber:iq:autoupdate'><release priority='optional'><ver>0.9.2</ver><desc/><url/></release></query>
namespace dragoman::xmpp {

inline constexpr std::string_view autoupdate_ns = "jabber:iq:autoupdate";

/// One version that can be had.
struct Release {
  std::string kind;  ///< "release", "beta", "dev"
  std::string version, description, url;
  bool mandatory = false;
};

/// The result for a get.
Element make_autoupdate(const Element& iq, const std::vector<Release>& releases);
/// <x xmlns='jabber:x:autoupdate'>jid</x>: whom to ask for more.
void write_autoupdate(Writer& writer, std::string_view jid);
/// -1, 0, 1: the numbers of a version from left to right, what is no number by its letters; a missing part is 0.
/// Examples: "0.9.1" < "0.10", "1.0" = "1", "1.0-beta" < "1.0".
int compare_versions(std::string_view a, std::string_view b);

}  // namespace dragoman::xmpp
