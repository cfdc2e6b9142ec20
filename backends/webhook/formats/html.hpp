#pragma once

#include <string_view>

#include "backends/webhook/formats/prose.hpp"

namespace dragoman::backends::webhook::formats {

/// Reads a stranger's HTML into words and what they mean: emphasis, code, quotations, links, lists. Of other elements
/// the text is read, of scripts and styles nothing. At most 64 KiB are looked at.
/// Example: "<b>a</b><br><a href='https://x'>b</a>" -> "a\nb (https://x)", bold "a", link "b".
void add_html(Prose& prose, std::string_view html);

}  // namespace dragoman::backends::webhook::formats
