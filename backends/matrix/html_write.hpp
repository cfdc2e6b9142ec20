#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/content.hpp"

namespace dragoman::backends::matrix {

/// Who is meant by the value of a mention span, as in WriteOptions.
using UserOf = std::function<std::string(std::string_view)>;
/// The user id of a mention span's value; empty: nobody.
std::string user_of_mention(std::string_view value, const UserOf& user_of);

std::string escape_html(std::string_view text);
/// Whether a text says less than the content: there are spans that HTML shows.
bool needs_html(const chat::Content& content, const UserOf& user_of);
/// The content as org.matrix.custom.html: everything is escaped, spans that overlap are closed and opened again, line
/// breaks are <br>, quotations and code blocks are blocks, mentions are links to the user.
std::string write_html(const chat::Content& content, const UserOf& user_of);

}  // namespace dragoman::backends::matrix
