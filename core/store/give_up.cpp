#include "store/give_up.hpp"

#include <cstdlib>

#include "base/log.hpp"

namespace dragoman::store {

void give_up(const Error& error) {
  LOG_ERROR(
      "the database failed; stopping, nothing that it has not recorded has left. Free disk space or repair the "
      "disk, then start again",
      error);
  std::_Exit(exit_storage);
}

}  // namespace dragoman::store
