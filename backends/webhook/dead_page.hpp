#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "net/http.hpp"

namespace dragoman::backends::webhook {

/// The page on which the owner of a hook looks at what it has given up (webhook_bridge_ops 1.7). HTML without scripts:
/// every text of strangers in it is escaped, and its policy lets nothing else of it mean anything.
struct DeadPage {
  struct Letter {
    std::string id;
    std::string time;  ///< "2026-11-28 19:45:10", UTC
    std::string why;   ///< a sentence: the kind of failure, nothing that the other side has said
    unsigned attempts = 0;
    std::string about;  ///< "message.created of alice in #ci@hook.example.org"
    std::string text;   ///< its first lines
  };
  std::string hook;             ///< JID
  std::string state;            ///< how its other side is; empty: well
  std::vector<Letter> letters;  ///< of this page, the newest first
  std::size_t total = 0;        ///< of all pages
  std::size_t waiting = 0;      ///< in the queue
  std::size_t page = 1, pages = 1;
  std::string consent;  ///< proves that a form comes from this page
  std::string said;     ///< what the last form has led to; empty: nothing was done
};

net::HttpResponse show(const DeadPage& page);
/// The same frame around a sentence: the link is over, or none of ours.
net::HttpResponse show_refusal(int status, const std::string& text);

/// The first three lines, at most 300 bytes, "..." behind them when there is more.
std::string first_lines(std::string_view text);

}  // namespace dragoman::backends::webhook
