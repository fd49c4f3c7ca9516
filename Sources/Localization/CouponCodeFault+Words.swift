package import Loyalty

extension CouponCodeFault {
    package var sentence: Phrase {
        switch self {
        case .wrongLength(let count):
            Phrase(
                "A coupon's code has \(CouponCode.letterCount) letters and digits; here are \(count). Please check it.",
                "券码有 \(CouponCode.letterCount) 位字母和数字，这里有 \(count) 位，请核对。")
        case .notALetter(let scalar):
            Phrase(
                "“\(scalar)” does not occur in a coupon's code. Please check it.",
                "券码里没有“\(scalar)”，请核对。")
        case .mistyped:
            Phrase("A letter of the code is wrong. Please read it again.", "券码有一位不对，请重新核对。")
        }
    }
}

extension CouponTokenFault {
    package var problem: CounterProblem {
        switch self {
        case .notAToken, .forged: .couponForged
        case .mistyped, .tooLong: .couponMistyped
        }
    }

    package var sentence: Phrase {
        switch self {
        case .notAToken: Phrase("This square code is no coupon of this chain.", "这个二维码不是本连锁的券。")
        case .mistyped: Phrase("The code was damaged on its way. Please scan it again.", "读取有误，请重新扫描。")
        case .forged:
            Phrase(
                "The coupon does not carry this chain's seal. Do not accept it, and tell headquarters.",
                "这张券没有本连锁的签章，请不要接受，并告知总部。")
        case .tooLong(let limit):
            Phrase("A coupon has at most \(limit) characters. Please scan it again.", "券最多 \(limit) 个字符，请重新扫描。")
        }
    }
}
