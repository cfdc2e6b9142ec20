// What gwbench looks at in a stanza.
#pragma once

#include <string>

namespace bench {

struct Stanza {
  std::string name;
  std::string from;
  std::string to;
  std::string type;
  std::string id;
  std::string body;            // of a message; of a handshake its text
  bool self_presence = false;  // MUC status 110
  bool renaming = false;       // MUC status 303
  bool delayed = false;        // XEP-0203: history
};

}  // namespace bench
