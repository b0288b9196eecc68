//! The codes of languages that a record may name without a question.

/// Two-letter codes of ISO 639-1.
const TWO: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie \
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi \
    mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc \
    sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi \
    vo wa wo xh yi yo za zh zu";

/// Three-letter codes of ISO 639-3 for languages that have no shorter one and are often met in this work.
const THREE: &str = "apc arq ary arz ayl acm aii prs pbu pes haz bal ckb kmr sdh zza rhg mnw shn kac ksw pwo \
    kyu cnh ctd cfm hlt lus cmn dag din nus luo mas kik kam bem loz nya tum suk teo ach lgg kdi bfa zne gaa \
    fan mos dyu man bam wol srr snk tmh tig byn sid wal gez gaz hae orm mai bho awa hne mag sat brx mni \
    kha grt trp hmn mww ilo ceb war pam bik hil tpi bis pis rop gup piu ulk tkl gil chk pon mah yap kos \
    nan yue hak wuu yol djr gum pjt tiw adt rar fud wls ase bfi fsl asf";

/// English names of languages that are often met in this work, for those who write the name and not the code.
const NAMES: [(&str, &str); 40] = [
    ("amharic", "am"),
    ("arabic", "ar"),
    ("bengali", "bn"),
    ("burmese", "my"),
    ("chin", "cnh"),
    ("chinese", "zh"),
    ("dari", "prs"),
    ("dutch", "nl"),
    ("english", "en"),
    ("farsi", "fa"),
    ("french", "fr"),
    ("german", "de"),
    ("hausa", "ha"),
    ("hazaragi", "haz"),
    ("hindi", "hi"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("karen", "ksw"),
    ("khmer", "km"),
    ("kurmanji", "kmr"),
    ("lingala", "ln"),
    ("malay", "ms"),
    ("myanmar", "my"),
    ("nepali", "ne"),
    ("oromo", "om"),
    ("pashto", "ps"),
    ("persian", "fa"),
    ("portuguese", "pt"),
    ("rohingya", "rhg"),
    ("russian", "ru"),
    ("somali", "so"),
    ("sorani", "ckb"),
    ("spanish", "es"),
    ("swahili", "sw"),
    ("tamil", "ta"),
    ("thai", "th"),
    ("tigrinya", "ti"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
];

/// The code that was meant by an English name or by a code in capitals.
pub(crate) fn code_of(written: &str) -> Option<String> {
    let small = written.trim().to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == small) {
        return Some((*code).to_owned());
    }
    Some(small.replace('_', "-")).filter(|code| code.len() < 4 && is_known(code))
}

/// Whether the first part of a code (`zh` of `zh-Hant`) is in the lists.
pub(crate) fn is_known(code: &str) -> bool {
    let language = code.split('-').next().unwrap_or(code);
    TWO.split_whitespace().chain(THREE.split_whitespace()).any(|known| known == language)
}
