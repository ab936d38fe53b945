// One run of a decompressing program, from its start to its reaping.

import CPcap
import Glibc

/// A child that writes the plain bytes of a file into a pipe.
///
/// The child is reaped by ``finish()``, or killed and reaped at the end of this value's life.
final class Decompression {
    /// Bytes of the child's complaint that are kept.
    private static let complaintBytes = 1_024

    let compression: Compression
    let output: Descriptor
    private let complaints: Descriptor
    private var child: pid_t?

    /// Starts the program on a file.
    init(_ compression: Compression, of input: borrowing Descriptor, path: String) throws(PacketSourceError) {
        guard let output = Pipe(), let complaints = Pipe() else { throw .unopened(path, errno) }
        let (number, child) = Self.spawn(
            compression.program,
            [input.number, output.writing.number, complaints.writing.number]
        )
        guard number == 0 else { throw .noDecompressor(path, compression, number) }
        self.compression = compression
        self.child = child
        self.output = output.takeReading()
        self.complaints = complaints.takeReading()
    }

    deinit {
        guard let child else { return }
        kill(child, SIGKILL)
        _ = Self.reap(child)
    }

    /// The end of the pipe that the plain bytes come out of; it stays this value's.
    var outputNumber: Int32 { output.number }

    /// Reads plain bytes; see ``Descriptor/read(into:from:)``.
    func read(into bytes: inout [UInt8], from offset: Int) -> Int { output.read(into: &bytes, from: offset) }

    /// Waits for the child, whose output has been read to its end.
    ///
    /// - Returns: Why it failed, in its own words; `nil` when it wrote all there was.
    func finish() -> String? {
        guard let child else { return nil }
        let text = complaint()
        let status = Self.reap(child)
        self.child = nil
        guard !compression.isSuccess(status) else { return nil }
        return text.isEmpty ? "\(compression.program) ended with status \(status)" : text
    }

    /// What the child wrote to its standard error until it ended.
    private func complaint() -> String {
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: Self.complaintBytes)
        while case let count = complaints.read(into: &piece, from: 0), count > 0 {
            text += piece.prefix(min(count, Self.complaintBytes - text.count))
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
    }
}

// MARK: - Processes

extension Decompression {
    /// posix_spawnp(3) with the given standard input, output and error.
    private static func spawn(_ program: String, _ streams: [Int32]) -> (number: Int32, child: pid_t) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in streams.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        }
        var child: pid_t = 0
        let number = unsafe program.withCString { name in
            unsafe "-dc".withCString { option in
                let words = unsafe [
                    UnsafeMutablePointer(mutating: name), UnsafeMutablePointer(mutating: option), nil,
                ]
                return unsafe posix_spawnp(&child, name, &actions, nil, words, environ)
            }
        }
        return (number, child)
    }

    /// waitpid(2): the exit status, or 128 and the signal's number as shells say it.
    private static func reap(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
