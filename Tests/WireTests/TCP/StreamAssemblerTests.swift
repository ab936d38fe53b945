// One direction of TCP as a transcript: segment in, what is readable out.

import Testing
import Traffic

@testable import Wire

/// Plays segments into an assembler and joins what it hands on.
private struct Transcript {
    var assembler = StreamAssembler()
    var text = ""
    var hasEnded = false
    private let now = Timestamp(nanoseconds: 0)

    init(start: UInt32? = 100) {
        if let start { assembler.start(at: start) }
    }

    mutating func segment(_ sequence: UInt32, _ payload: String) {
        let bytes = Array(payload.utf8)
        let placement = assembler.place(bytes.span.bytes, sequence: sequence, at: now)
        text += String(decoding: bytes[placement.ready], as: UTF8.self)
        drain()
    }

    mutating func fin(_ sequence: UInt32) {
        assembler.placeEnd(sequence: sequence, at: now)
        drain()
    }

    mutating func giveUp() -> Int64? {
        let gap = assembler.giveUpHole()
        if let gap { text += "[\(gap)]" }
        drain()
        return gap
    }

    private mutating func drain() {
        while let delivery = assembler.next() {
            switch delivery {
            case .bytes(let bytes, _, _): text += String(decoding: bytes, as: UTF8.self)
            case .end: hasEnded = true
            }
        }
    }
}

@Test func `hands segments in order straight on`() {
    var transcript = Transcript()
    transcript.segment(100, "abc")
    transcript.segment(103, "def")
    #expect(transcript.text == "abcdef")
    #expect(transcript.assembler.cost == 0)
}

@Test func `holds what is early until its turn`() {
    var transcript = Transcript()
    transcript.segment(106, "ghi")
    transcript.segment(103, "def")
    #expect(transcript.text.isEmpty)
    #expect(transcript.assembler.stalledSince != nil)
    transcript.segment(100, "abc")
    #expect(transcript.text == "abcdefghi")
    #expect(transcript.assembler.stalledSince == nil)
}

@Test func `drops retransmissions and takes what is new in them`() {
    var transcript = Transcript()
    transcript.segment(100, "abc")
    transcript.segment(100, "XYZ")
    transcript.segment(101, "YZdef")
    #expect(transcript.text == "abcdef")
}

@Test func `keeps the first copy where a late segment overlaps an early one`() {
    var transcript = Transcript()
    transcript.segment(102, "CD")
    transcript.segment(100, "abxyef")
    #expect(transcript.text == "abCDef")
}

@Test func `goes on across the sequence wrap, out of order too`() {
    var transcript = Transcript(start: .max - 1)
    transcript.segment(2, "ef")
    transcript.segment(.max - 1, "abcd")
    transcript.segment(4, "gh")
    #expect(transcript.text == "abcdefgh")
}

@Test func `begins at the first segment of a stream entered midway`() {
    var transcript = Transcript(start: nil)
    transcript.segment(77_777, "abc")
    transcript.segment(77_000, "before")
    transcript.segment(77_780, "def")
    #expect(transcript.text == "abcdef")
}

@Test func `declares a hole lost only when told to`() {
    var transcript = Transcript()
    transcript.segment(100, "abc")
    transcript.segment(110, "xyz")
    #expect(transcript.text == "abc")
    #expect(transcript.giveUp() == 7)
    #expect(transcript.text == "abc[7]xyz")
    #expect(transcript.giveUp() == nil)
    transcript.segment(105, "late")
    transcript.segment(113, "!")
    #expect(transcript.text == "abc[7]xyz!")
}

@Test func `ends behind the last byte, however early the FIN came`() {
    var transcript = Transcript()
    transcript.fin(103)
    #expect(!transcript.hasEnded)
    #expect(transcript.assembler.hasHole)
    transcript.segment(100, "abc")
    #expect(transcript.hasEnded)
    #expect(transcript.text == "abc")
}

@Test func `believes no byte behind the FIN`() {
    var transcript = Transcript()
    transcript.segment(110, "stray")
    transcript.fin(103)
    transcript.segment(101, "bcdef")
    transcript.segment(100, "a")
    #expect(transcript.text == "abc")
    #expect(transcript.hasEnded)
}

@Test func `knows that a hole is the capture's when the receiver has acknowledged behind it`() {
    var transcript = Transcript()
    transcript.segment(110, "xyz")
    #expect(!transcript.assembler.isHoleAcknowledged)
    transcript.assembler.acknowledge(105)
    #expect(!transcript.assembler.isHoleAcknowledged)
    transcript.assembler.acknowledge(113)
    #expect(transcript.assembler.isHoleAcknowledged)
}

@Test func `disbelieves bytes far ahead that nobody acknowledged`() {
    var transcript = Transcript()
    transcript.segment(100, "abc")
    transcript.assembler.acknowledge(103)
    transcript.segment(100 + 1 << 30, "stray")
    #expect(transcript.assembler.dropStrays() == 1)
    #expect(transcript.giveUp() == nil)
    #expect(transcript.text == "abc")
}

@Test func `gives the same text for every order of the segments`() {
    let segments: [(UInt32, String)] = [(100, "ab"), (102, "cd"), (104, "ef"), (106, "gh")]
    var random = SeededGenerator(seed: 7)
    for _ in 0..<50 {
        var transcript = Transcript()
        for (sequence, payload) in (segments + segments).shuffled(using: &random) {
            transcript.segment(sequence, payload)
        }
        #expect(transcript.text == "abcdefgh")
    }
}
