#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace dragoman::backends::irc {

/// Cuts what a server sends into lines. Lines stay where they were read; only one that is not complete is kept.
class LineBuffer {
 public:
  /// 8191 bytes of tags and 512 of text are legal; some servers send more, nobody sends this much.
  static constexpr std::size_t most = 64 * 1024;

  /// Calls each(line) for every complete line, without CR LF, until it returns false. False when a line is too long.
  template <class Each>
  bool feed(std::string_view bytes, Each each) {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      if (end == std::string_view::npos) break;
      if (partial_.size() + end > most) return false;
      std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      bool go_on = true;
      if (partial_.empty()) {
        go_on = each(without_cr(line));
      } else {
        partial_ += line;
        const std::string whole = std::exchange(partial_, {});
        go_on = each(without_cr(whole));
      }
      if (!go_on) return true;
    }
    partial_ += bytes;
    return partial_.size() <= most;
  }
  void clear() { partial_ = {}; }

 private:
  static std::string_view without_cr(std::string_view line) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  std::string partial_;
};

}  // namespace dragoman::backends::irc
