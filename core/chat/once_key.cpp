#include "chat/once_key.hpp"

#include <variant>

namespace dragoman::chat {

OnceKey key_of(const Command& command) {
  return std::visit(
      [](const auto& each) -> OnceKey {
        if constexpr (requires { each.key; }) return each.key;
        return 0;
      },
      command);
}

void set_key(Command& command, OnceKey key) {
  std::visit(
      [key](auto& each) {
        if constexpr (requires { each.key; }) each.key = key;
      },
      command);
}

}  // namespace dragoman::chat
