#pragma once

#include <string_view>

#include "bridge/policies.hpp"
#include "chat/capabilities.hpp"
#include "chat/content.hpp"

// What of a content gets to a leg as it is: files that may, texts that are not too long. Of the rest people are told.
namespace dragoman::bridge {

/// A network of lines is not told a text like this as it is.
bool is_too_long(std::string_view text, const LongText& policy, const chat::Capabilities& can);

/// A text that is too long, and was not put elsewhere, as it is said all the same. Examples, for at most two lines:
///   clip, "a\nb\nc\nd" -> "a\nb [2 lines more]"
///   paste, "a\nb\nc" -> "[3 lines] a\nb\nc"
void shorten(chat::Content& content, const LongText& policy, const chat::Capabilities& can);

/// Files that are too large or not wanted become a line with their name and size, and so do all on a network that has
/// no files and is given no links. Example:
///   "[evil.html, 12 KiB: such files are not passed on]"
void keep_back_files(chat::Content& content, const FilePolicy& policy, const chat::Capabilities& can);

}  // namespace dragoman::bridge
