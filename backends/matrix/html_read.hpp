#pragma once

#include <optional>
#include <string_view>

#include "chat/content.hpp"

namespace dragoman::backends::matrix {

/// Longer HTML is not read: an event has at most 64 KiB.
inline constexpr std::size_t longest_html = 128 * 1024;

/// Reads org.matrix.custom.html (client-server API, "m.room.message msgtypes") into a text and what its parts mean.
/// Only what the specification lists means something; of other elements the text is read, of scripts, styles and
/// <mx-reply> nothing. Any garbage is read as something. Nothing when no text is left, or the HTML is too long.
///
/// What no other network has a sign for stands in the text too: a link whose words are not its address as "words
/// (address)", a spoiler as "||words||", lists as "- item" or "1. item", cells of a table between "|". write_html()
/// takes those signs of links and spoilers out again.
///
///   a link to a user (matrix.to, matrix:)   mention, its value the user id
///   <pre><code class="language-c++">        code_block, its value "c++"
///   <img alt=":cat:" data-mx-emoticon src>  emoji ":cat:", its value the mxc URI
///
/// `named`: the message says by itself who speaks, so that the name in front (data-mx-profile-fallback) is left out.
std::optional<chat::Content> read_html(std::string_view html, bool named = false);

}  // namespace dragoman::backends::matrix
