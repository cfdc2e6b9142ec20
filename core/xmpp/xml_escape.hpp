#pragma once

#include <string>
#include <string_view>

namespace dragoman::xmpp {

/// An XML 1.0 name without a colon: what may be called an element or an attribute.
bool is_xml_name(std::string_view name);
/// As append_escaped, but for element text only: quotes, tabs and line feeds stay as they are.
void append_escaped_text(std::string& out, std::string_view text);
/// Whether append_escaped would change anything.
bool is_clean(std::string_view text);
/// Whether `text` is what append_escaped could have made: nothing that ends an attribute, entities of ours only.
bool is_escaped(std::string_view text);

}  // namespace dragoman::xmpp
