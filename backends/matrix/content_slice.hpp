#pragma once

#include <cstddef>
#include <vector>

#include "chat/content.hpp"

namespace dragoman::backends::matrix {

/// The bytes [begin, end) of a content's text with what they mean, and without its attachments.
chat::Content slice_content(const chat::Content& content, std::size_t begin, std::size_t end);
/// Pieces of at most `bytes` bytes of text (at least 4): whole lines where they fit, else whole words, else whole
/// characters. The line break or space between two pieces is in neither. What comes behind an action ("/me waves") is
/// text.
std::vector<chat::Content> split_content(const chat::Content& content, std::size_t bytes);

}  // namespace dragoman::backends::matrix
