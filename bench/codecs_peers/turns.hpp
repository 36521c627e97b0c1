// A peer as bench/codecs.py drives it: a program that takes turns.
//
// Lines in, words parted by tabs:
//
//   run   CASE  FILE  MILLISECONDS   ->  the median of a call in nanoseconds, or "none"
//   show  CASE  FILE  OUTPUT         ->  "done" after the result is in the file OUTPUT, or "none"
//
// "none" says that the peer has no such case for such a file. The first line out is name and version.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace turns {

/// One case on one file: what is timed, and what it came to.
struct Work {
  std::function<void()> call;
  std::function<std::string()> show;
};

/// Makes the work of a case: it may keep the bytes, which outlive it. No call: there is no such case.
using Maker = std::function<Work(const std::string &bytes, const std::string &file)>;

/// Keeps the compiler from leaving out what a value was computed for.
template <class Value>
inline void keep(const Value &value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

inline std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The median of the calls of a turn, in nanoseconds; the first call does not count.
inline double median(const std::function<void()> &call, double milliseconds) {
  using Clock = std::chrono::steady_clock;
  call();
  std::vector<double> taken;
  auto now = Clock::now();
  const auto end = now + std::chrono::duration<double, std::milli>(milliseconds);
  while (now < end || taken.size() < 3) {
    call();
    const auto next = Clock::now();
    taken.push_back(std::chrono::duration<double, std::nano>(next - now).count());
    now = next;
  }
  auto middle = taken.begin() + taken.size() / 2;
  std::nth_element(taken.begin(), middle, taken.end());
  return *middle;
}

/// The program: answers lines until there are no more.
inline int serve(const std::string &name, const std::map<std::string, Maker> &cases) {
  std::map<std::string, std::unique_ptr<std::string>> files;
  std::map<std::string, Work> works;
  std::cout << name << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb, what, path, last;
    for (auto *word : {&verb, &what, &path, &last}) std::getline(words, *word, '\t');
    try {
      const auto found = cases.find(what);
      if (found == cases.end()) {
        std::cout << "none" << std::endl;
        continue;
      }
      auto &bytes = files[path];
      if (!bytes) bytes = std::make_unique<std::string>(read(path));
      const auto key = what + '\t' + path;
      if (!works.count(key)) {
        const auto stem = path.substr(path.find_last_of('/') + 1);
        works[key] = found->second(*bytes, stem.substr(0, stem.find_last_of('.')));
      }
      const auto &work = works[key];
      if (!work.call) {
        std::cout << "none" << std::endl;
      } else if (verb == "run") {
        std::cout << median(work.call, std::stod(last)) << std::endl;
      } else {
        std::ofstream(last, std::ios::binary) << work.show();
        std::cout << "done" << std::endl;
      }
    } catch (const std::exception &error) {
      std::cout << "failed\t" << what << " on " << path << ": " << error.what() << std::endl;
    }
  }
  return 0;
}

}  // namespace turns
