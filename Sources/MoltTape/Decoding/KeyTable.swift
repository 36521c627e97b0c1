/// The keys that the maps of one type had so far, by numbers; for keys that are an enum.
///
///     {"id":1,"name":"x"}        id is 1, name is 2; 1 follows the start, 2 follows 1
///     {"id":2,"name":"y"}        each key is the one that followed before: two comparisons in all
///
/// The cases of the type's keys know their numbers from the first request on. Number 0 stands for the
/// start of a map, and for keys that come when the table is full.
@safe struct KeyTable: ~Copyable {
  @unsafe private struct Entry {
    let bytes: UnsafePointer<UInt8>
    let count: UInt32
    /// The number that followed last time.
    var next: UInt16 = 0
    /// The number under which values are taken down: another one for another spelling of a name.
    var slot: UInt16
  }

  /// The most keys that a table knows; a map with many others is not one of a type with fields.
  static let maximumCount = 4096

  private var entries: UnsafeMutablePointer<Entry>
  private(set) var capacity = 32
  private var count = 1
  /// Numbers by the hash of their bytes; four times as many as there are entries.
  private var numbers: [UInt16]
  /// Numbers by the byte that is a key.
  private let cases: UnsafeMutablePointer<UInt16>
  private let form: DecodingOptions.Keys
  /// The containers with keys of the type.
  var shelf = ContainerShelf()
  /// Differs from table to table, so that nobody can choose keys that collide.
  private let seed = UInt64.random(in: 0 ... .max)

  init(_ form: DecodingOptions.Keys) {
    self.form = form
    unsafe entries = .allocate(capacity: 32)
    unsafe cases = .allocate(capacity: 256)
    unsafe cases.initialize(repeating: 0, count: 256)
    numbers = Array(repeating: 0, count: 128)
    // No text has this length.
    let start = unsafe UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))
    unsafe entries.initialize(to: Entry(bytes: start, count: .max, slot: 0))
  }

  deinit {
    for index in 0..<count { unsafe entries[index].bytes.deallocate() }
    unsafe entries.deallocate()
    unsafe cases.deallocate()
  }

  /// The number of a case of the keys' enum; 0 when it was not asked for yet.
  @inline(__always)
  func number(ofCase byte: UInt8) -> Int { unsafe Int(cases[Int(byte)]) }

  /// Finds the number of a case by its name.
  @inline(never)
  mutating func resolve(_ name: String, case byte: UInt8) -> Int {
    var name = name
    let number = name.withUTF8 { text in
      guard let start = text.baseAddress else { return unsafe self.number(entries[0].bytes, 0) }
      return unsafe self.number(start, text.count)
    }
    let slot = slot(number)
    unsafe cases[Int(byte)] = UInt16(truncatingIfNeeded: slot)
    return slot
  }

  /// Where the value of a key is taken down.
  @inline(__always)
  func slot(_ number: Int) -> Int { unsafe Int(entries[number].slot) }

  /// The number of a key that follows another one.
  @inline(__always) @unsafe
  mutating func number(_ text: UnsafePointer<UInt8>, _ count: Int, after previous: Int) -> Int {
    let guess = unsafe Int(entries[previous].next)
    if _fastPath(unsafe isKey(guess, text, count)) { return guess }
    let number = unsafe number(text, count)
    unsafe entries[previous].next = UInt16(truncatingIfNeeded: number)
    return number
  }

  @inline(__always) @unsafe
  private func isKey(_ number: Int, _ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let entry = unsafe entries[number]
    return unsafe entry.count == UInt32(truncatingIfNeeded: count)
      && areEqual(entry.bytes, text, count)
  }

  /// The number of a key, a new one if need be.
  @inline(never) @unsafe
  private mutating func number(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let position = unsafe position(text, count)
    if numbers[position] != 0 { return Int(numbers[position]) }
    return unsafe add(text, count)
  }

  /// Where the number of a key stands, or the free place where it would.
  @unsafe
  private func position(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var position = unsafe Int(truncatingIfNeeded: hash(text, count, seed)) & (numbers.count - 1)
    while numbers[position] != 0, unsafe !isKey(Int(numbers[position]), text, count) {
      position = (position + 1) & (numbers.count - 1)
    }
    return position
  }

  @unsafe
  private mutating func add(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
    guard count < Self.maximumCount else { return 0 }
    if count == capacity { grow() }
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(length, 1))
    unsafe bytes.initialize(from: text, count: length)
    let number = count
    count += 1
    let entry = unsafe Entry(
      bytes: UnsafePointer(bytes),
      count: UInt32(length),
      slot: UInt16(number)
    )
    unsafe (entries + number).initialize(to: entry)
    numbers[unsafe position(text, length)] = UInt16(number)
    if form == .fromSnakeCase { join(number) }
    return number
  }

  /// Lets a key in snake case be taken down under the name that types have for it.
  private mutating func join(_ number: Int) {
    let entry = unsafe entries[number]
    let bytes = unsafe UnsafeBufferPointer(start: entry.bytes, count: Int(entry.count))
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    var name = DecodingOptions.Keys.camelCase(text)
    guard name != text else { return }
    let named = name.withUTF8 { name in
      unsafe name.baseAddress.map { start in unsafe self.number(start, name.count) } ?? 0
    }
    if named != 0 { unsafe entries[number].slot = entries[named].slot }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: entries, count: count)
    unsafe entries.deallocate()
    unsafe entries = larger
    capacity *= 2
    numbers = Array(repeating: 0, count: capacity * 4)
    for number in 1..<count {
      let entry = unsafe entries[number]
      numbers[unsafe position(entry.bytes, Int(entry.count))] = UInt16(number)
    }
  }
}

/// Whether two runs of bytes are equal.
@inline(__always) @unsafe
private func areEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  let left = unsafe UnsafeRawPointer(a)
  let right = unsafe UnsafeRawPointer(b)
  // Two loads that overlap cover what a loop over the bytes would.
  if count >= 8 {
    var index = 0
    let last = count &- 8
    while index < last {
      if unsafe left.word(index) != right.word(index) { return false }
      index &+= 8
    }
    return unsafe left.word(last) == right.word(last)
  }
  if count >= 4 {
    return unsafe left.half(0) == right.half(0) && left.half(count &- 4) == right.half(count &- 4)
  }
  for index in 0..<count where unsafe a[index] != b[index] { return false }
  return true
}

/// A hash of a run of bytes: eight at a time, folded by a product of 128 bits.
@unsafe
private func hash(_ text: UnsafePointer<UInt8>, _ count: Int, _ seed: UInt64) -> UInt64 {
  let bytes = unsafe UnsafeRawPointer(text)
  var state = seed ^ UInt64(truncatingIfNeeded: count)
  func mix(_ word: UInt64) {
    let product = (state ^ word).multipliedFullWidth(by: seed | 1)
    state = product.high ^ product.low &+ 0x9E37_79B9_7F4A_7C15
  }
  var index = 0
  while index &+ 8 <= count {
    mix(unsafe bytes.word(index))
    index &+= 8
  }
  var rest: UInt64 = 0
  while index < count {
    rest = unsafe rest << 8 | UInt64(text[index])
    index &+= 1
  }
  mix(rest)
  return state
}

extension UnsafeRawPointer {
  @inline(__always) @unsafe
  fileprivate func word(_ offset: Int) -> UInt64 {
    unsafe loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always) @unsafe
  fileprivate func half(_ offset: Int) -> UInt32 {
    unsafe loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
}
