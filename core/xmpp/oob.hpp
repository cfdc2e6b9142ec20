#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0066: something that can be fetched elsewhere, beside a message or as a question that its receiver answers.
//   <x xmlns='jabber:x:oob'><url>http://denmark/act4/letter-1.html</url><desc>There's a letter for you sir</desc></x>
//   <iq type='set'><query
//   xmlns='jabber:iq:oob'><url>http://denmark/act4/letter-1.html</url><desc>...</desc></query></iq>
namespace dragoman::xmpp {

inline constexpr std::string_view oob_ns = "jabber:x:oob";
inline constexpr std::string_view oob_iq_ns = "jabber:iq:oob";

struct OutOfBand {
  std::string url, description;
};

/// All that stand beside a message, in their order; those without a URL are left out.
std::vector<OutOfBand> read_oob(const Element& stanza);
void write_oob(Writer& writer, std::string_view url, std::string_view description);
/// The question. Fault::malformed: no URL; Fault::unacceptable: none that a person of another network could fetch
/// (http and https are).
Result<OutOfBand> read_oob_query(const Element& query);

}  // namespace dragoman::xmpp
