// Bytes as hex digits.

import Testing
import Traffic

@Test(arguments: [([], ""), ([0], "00"), ([0x0A, 0xF0, 0xFF], "0af0ff")] as [([UInt8], String)])
func `writes two lower-case digits a byte`(bytes: [UInt8], text: String) {
    #expect(HexText.lowerCase(bytes) == text)
}
