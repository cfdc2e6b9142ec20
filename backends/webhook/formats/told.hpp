#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/formats/formats.hpp"

namespace dragoman::backends::webhook::formats {

/// What the simple senders have in common: a title, a text, and a few words about it.
struct Told {
  enum class Words { plain, markdown, discord, mrkdwn, html, code };
  std::string title{};
  std::string text{};
  Words words = Words::plain;
  std::vector<std::string> tags{};  ///< as ntfy has them: short names of emoji stand in front of the title
  std::string link{};               ///< where the title leads
  Level level = Level::info;
};

/// "**title** (link)", the text below, the tags under it.
Posting tell(const Told& told);
void add_words(Prose& prose, std::string_view text, Told::Words words);
/// "a, b" -> a and b, without empty ones.
std::vector<std::string> split_tags(std::string_view tags);
/// A file that the sender names by its URL; false: that is none.
bool add_linked_file(Posting& posting, std::string_view url, std::string_view name = {},
                     std::string_view media_type = {});

}  // namespace dragoman::backends::webhook::formats
