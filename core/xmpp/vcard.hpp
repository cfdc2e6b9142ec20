#pragma once

#include <string>
#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0054, and of XEP-0153 what somebody without an avatar says.
namespace dragoman::xmpp {

inline constexpr std::string_view vcard_ns = "vcard-temp";

/// The parts of a vCard that networks tell; empty ones are left out.
struct VCard {
  std::string full_name;  ///< FN
  std::string nickname;
  std::string description;  ///< DESC; lines
  std::string url;
  std::string email;
  std::string jid;  ///< JABBERID
};

/// <vCard xmlns='vcard-temp'><FN/><NICKNAME/>...</vCard> in the order of the DTD.
Element make_vcard(const Element& iq, const VCard& card);

/// <x xmlns='vcard-temp:x:update'><photo/></x>: clients need not ask for a picture.
void write_no_photo(Writer& writer);

}  // namespace dragoman::xmpp
