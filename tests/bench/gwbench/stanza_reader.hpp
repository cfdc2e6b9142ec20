// Reads the component's stream with Expat and says when a stanza is complete.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <expat.h>

#include "stanza.hpp"

namespace bench {

class StanzaReader {
 public:
  struct Events {
    std::function<void()> stream_opened;
    std::function<void()> stanza_complete;
  };

  explicit StanzaReader(Events events);
  ~StanzaReader();
  StanzaReader(const StanzaReader&) = delete;
  StanzaReader& operator=(const StanzaReader&) = delete;

  /// Returns why the bytes are not XML; empty when they are.
  std::string feed(std::string_view bytes);

  const Stanza& stanza() const { return stanza_; }

 private:
  void start(std::string_view name, const XML_Char** attributes);
  void start_stanza(std::string_view name, const XML_Char** attributes);
  void end();
  void text(std::string_view text);

  Events events_;
  XML_Parser parser_;
  Stanza stanza_;
  int depth_ = 0;  // 1: the stream, 2: a stanza
  bool in_body_ = false;
};

}  // namespace bench
