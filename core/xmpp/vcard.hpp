#pragma once

#include <string>
#include <string_view>

#include "xmpp/avatar.hpp"
#include "xmpp/element.hpp"

// XEP-0054.
namespace dragoman::xmpp {

inline constexpr std::string_view vcard_ns = "vcard-temp";

/// The parts of a vCard that networks tell; empty ones are left out.
struct VCard {
  std::string full_name;  ///< FN
  std::string nickname;
  std::string description;  ///< DESC; lines
  std::string url;
  std::string email;
  std::string jid;                 ///< JABBERID
  std::string photo_url;           ///< where a picture is
  const Avatar* avatar = nullptr;  ///< or the picture itself
};

/// <vCard xmlns='vcard-temp'><FN/><NICKNAME/>...</vCard> in the order of the DTD.
Element make_vcard(const Element& iq, const VCard& card);

}  // namespace dragoman::xmpp
