#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/html_tokens.hpp"
#include "chat/content.hpp"

// What elements and attributes of org.matrix.custom.html are (client-server API, "m.room.message msgtypes"); names of
// elements are lower case.

namespace dragoman::backends::matrix {

/// How the text of an element is shown; nothing for those that show it as it is.
std::optional<chat::Span::Kind> meaning_of(std::string_view name);
/// Stands on lines of its own.
bool is_line_block(std::string_view name);
/// Has an empty line before and behind it.
bool is_paragraph(std::string_view name);
/// <ul> or <ol>
bool is_list(std::string_view name);
/// Means nothing, with everything that is in it.
bool is_dropped(std::string_view name);
/// Has no content and no end, and says nothing by itself.
bool is_void(std::string_view name);

/// "#rrggbb"; empty for everything else, and for no attribute.
std::string colour_of(const std::string* value);
/// "c++" of class="language-c++"; empty without.
std::string language_of(const HtmlToken& token);
/// Whether the address is of a kind that people open.
bool is_openable(std::string_view href);
/// Whether the words of a link say where it leads.
bool says_address(std::string_view words, std::string_view href);

}  // namespace dragoman::backends::matrix
