#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/avatar.hpp"
#include "xmpp/element.hpp"

// XEP-0054: what somebody tells of themselves, in the XML of its DTD.
//   <vCard xmlns='vcard-temp'><FN>Alice Liddell</FN><N><FAMILY>Liddell</FAMILY><GIVEN>Alice</GIVEN></N>
//     <TEL><NUMBER>+44 1865 276150</NUMBER></TEL><ORG><ORGNAME>Wonderland</ORGNAME></ORG></vCard>
namespace dragoman::xmpp {

inline constexpr std::string_view vcard_ns = "vcard-temp";

/// The parts of a vCard that networks tell; empty ones are left out.
struct VCard {
  struct Name {
    std::string family, given, middle;
    bool empty() const { return family.empty() && given.empty() && middle.empty(); }
  };
  struct Address {
    std::string street, locality, region, postal_code, country;
    bool empty() const {
      return street.empty() && locality.empty() && region.empty() && postal_code.empty() && country.empty();
    }
  };
  struct Organization {
    std::string name;  ///< empty: none, also when there are units
    std::vector<std::string> units;
  };

  std::string full_name;  ///< FN
  Name name;              ///< N
  std::string nickname;
  std::string photo_url;           ///< where a picture is
  const Avatar* avatar = nullptr;  ///< or the picture itself
  std::string birthday;            ///< a date of ISO 8601
  Address address;                 ///< ADR
  std::string phone;               ///< TEL
  std::string email;
  std::string jid;  ///< JABBERID
  std::string title;
  std::string role;
  Organization organization;  ///< ORG
  std::string url;
  std::string description;  ///< DESC; lines
};

/// <vCard xmlns='vcard-temp'><FN/><NICKNAME/>...</vCard> in the order of the DTD.
Element make_vcard(const Element& iq, const VCard& card);

}  // namespace dragoman::xmpp
