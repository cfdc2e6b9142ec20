#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat/capabilities.hpp"
#include "chat/content.hpp"
#include "media/uploader.hpp"

// Texts that are too long to be said: they are put where everybody can read them, and what is said is their beginning
// and the address (docs/decisions/0035).
namespace dragoman::media {

/// How many lines a network makes of a text, about: of each line one for every `line_bytes` that have begun.
std::size_t count_lines(std::string_view text, std::size_t line_bytes);

/// The network takes the text as one message, however many lines it has.
bool is_whole(std::string_view text, const chat::Capabilities& can);

/// The file that the text is put into.
File to_file(const chat::Content& content);
/// The first line that says something, cut to fit one line, and the address of the whole. Example, of three lines:
///   "first line …", attached: {url, description "all 3 lines"}
chat::Content with_link(const chat::Content& content, std::string url, std::size_t line_bytes);

}  // namespace dragoman::media
