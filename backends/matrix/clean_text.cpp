#include "backends/matrix/clean_text.hpp"

#include "backends/matrix/address.hpp"

namespace dragoman::backends::matrix {

std::string clean_nickname(std::string_view name, std::string_view user_id) {
  std::string nickname = clean_name(name);
  if (nickname.empty()) nickname = clean_name(name_in(user_id));
  return nickname.empty() ? clean_name(user_id) : nickname;
}

}  // namespace dragoman::backends::matrix
