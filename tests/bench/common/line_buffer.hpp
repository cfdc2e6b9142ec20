// Cuts a stream of bytes into lines.
#pragma once

#include <string>
#include <string_view>

namespace bench {

class LineBuffer {
 public:
  /// Calls `on_line(std::string_view)` for each complete line that is not empty, without its CR LF or LF. What
  /// `on_line` is given is valid only during the call. Bytes after the last line are kept for the next feed.
  template <class OnLine>
  void feed(std::string_view bytes, OnLine on_line) {
    if (!rest_.empty()) {
      rest_.append(bytes);
      bytes = rest_;
    }
    std::size_t begin = 0;
    for (std::size_t end; (end = bytes.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
      std::string_view line = bytes.substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) on_line(line);
    }
    if (rest_.empty()) {
      rest_.assign(bytes.substr(begin));
    } else {
      rest_.erase(0, begin);
    }
  }

 private:
  std::string rest_;
};

}  // namespace bench
