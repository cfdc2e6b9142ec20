#include "config_secret.hpp"

#include <fstream>
#include <sys/stat.h>

namespace dragoman {

std::string read_secret_file(Settings& table, const std::string& key, const std::string& what) {
  const std::string path = table.path(key);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    table.problem(key, "cannot read '" + path + "'; create it with " + what + " in its first line");
    return {};
  }
  if ((status.st_mode & S_IROTH) != 0) table.problem(key, "'" + path + "' is readable by everybody; chmod 640 it");
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  if (line.empty()) table.problem(key, "the first line of '" + path + "' is empty; it must be " + what);
  return line;
}

}  // namespace dragoman
