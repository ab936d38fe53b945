// Both ends of a pipe. pipe(7)

import CPcap

/// A pipe whose writing end closes with this value.
struct Pipe: ~Copyable {
    private let reading: Descriptor
    /// The end that bytes go into.
    let writing: Descriptor

    /// Makes a pipe; `nil` leaves the reason in errno.
    init?() {
        var numbers: [Int32] = [-1, -1]
        guard unsafe otatape_pipe(&numbers) == 0,
            let reading = Descriptor(owning: numbers[0]),
            let writing = Descriptor(owning: numbers[1])
        else { return nil }
        self.reading = reading
        self.writing = writing
    }

    /// The end that bytes come out of; the other one closes.
    consuming func takeReading() -> Descriptor { reading }
}
