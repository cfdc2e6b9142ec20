#pragma once

#include <ostream>
#include <string_view>

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::xmpp {

/// Found by GoogleTest: elements are shown as XML.
inline void PrintTo(const Element& element, std::ostream* out) { *out << to_xml(element); }

}  // namespace dragoman::xmpp

namespace dragoman::test {

/// A stanza written as XML: xml("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>").
inline xmpp::Element xml(std::string_view text, std::string_view default_ns = xmpp::ns::component) {
  const auto parsed = xmpp::parse_element(text, default_ns);
  if (parsed == nullptr) {
    ADD_FAILURE() << "not an element: " << text;
    return {};
  }
  return *parsed;
}

}  // namespace dragoman::test
