"""The words of requests to go on, without accents: Slavic to Indic languages, as far as they part words by blanks."""

from __future__ import annotations

from tasks.conversations.request_words import Words

EASTERN = {
    "Slavic": Words(
        r"продолж\w*|дальше|далее|допи(?:ши|са|сыв)\w*|договаривай\w*|договори|доскажи|продовж\w*|далі|допишіть"
        r"|дописати|продължи|продължавай|настави|nastavite?|nadaljuj(?:te)?|kontynuu?j(?:cie)?|kontynuowac|dalej"
        r"|dokoncz(?:yc|cie)?|pokrac\w*|dale|dal|ďalej|працягвай",
        # Russian, Ukrainian, Bulgarian
        r"законч(?:и|ите|ить)|заверш(?:и|ите|ить|іть|ити)|доделай\w*|остальн\w+|оставш\w+|остаток|остатка|обор?ва\w+"
        r"|обрыва\w+|обреза\w+|обруб\w+|не влез\w+|не помест\w+|прерва\w+|прерыва\w+|оборван\w*|неполн\w+|незаконч\w+"
        r"|недопис\w+|остановил\w*|завис|замолчал\w*|застрял\w*"
        r"|не (?:до конца|полностью|законч\w+|заверш\w+|допис\w+|договор\w+|досказ\w+|полн\w+|весь|вся|все"
        r"|останавлива\w+)"
        r"|(?:нет|где|не видно|не хватает|без|немає|де) (?:\w+ )?(?:конца|конец|концовки|окончания|окончание|кінця"
        r"|кінець)|закінч(?:и|іть|ити)|решт[аиу]|залишок|обірва\w*|обрива\w*|обріза\w*|перерва\w*|перерива\w*|неповн\w*"
        r"|незакінч\w*|зупинився|зупинилась|зупинилося|зупинилась|не (?:закінч\w+|повн\w+|до кінця|зупиня\w+)|довърши"
        r"|останалото"
        # Polish, Czech, Slovak, Serbian and Croatian
        r"|skoncz|zakoncz|dopisz|reszt[aey]|pozostal\w+|ucie[lt]\w+|ucina|urwa\w+|urywa|obcie\w+|przerwa\w+|przerywa"
        r"|niepeln\w+|niedokonczon\w+|niekompletn\w+"
        r"|nie (?:dokonczy\w+|skonczy\w+|zakonczy\w+|przerywaj|koncz|jest (?:pel|komplet|skoncz|cal)\w+)|zatrzymal\w*"
        r"|przestal\w*|bra(?:kuje|k) (?:konca|reszty|koncowki)|dokonc\w*|dopis\w*|dopsat|zbytek|zbytku|zvysok|zvysek"
        r"|zbyvajici|useknut\w*|usekl\w*|utnut\w*|preruse?n\w*|prerusil\w*|neupln\w*|nedokonc\w*|nekompletn\w*"
        r"|zastavil\w*|skoncil\w*|prestal\w*|neni (?:cel|upln|kompletn)\w+|chyb[ia] (?:konec|zbytek|koniec)|zavrsi"
        r"|dovrsi|ostatak|prekinut\w*",
        r"пожалуйста|плиз|пж|пжл\w*|с|со|того|этого|места|же|момента|где|ты|вы|ответ\w*|код\w*|текст\w*|предложени\w*"
        r"|сообщени\w*|строк\w*|спис(?:ок|ка|ке)|функци\w*|таблиц\w*|истори\w*|стать\w*|рассказ\w*|скрипт\w*|фраз\w*"
        r"|мысл\w*|последн\w+|слов\w*|част\w+|мне|нам|писать|пиши(?:те)?|напиши(?:те)?|давай(?:те)?|можешь|можете|и|а"
        r"|но|ну|да|ок|хорошо|отлично|спасибо|круто|класс|супер|привет|извини(?:те)?|на|в|из|по|до|конца|конец"
        r"|середине|полуслове|полпути|половин[еы]|свою?|твои|твоя|твое|ваш|еще|раз|там|здесь|сюда|тут|так|почему|вдруг"
        r"|просто|опять|снова|пришли(?:те)?|скинь|даи(?:те)?|дай(?:те)?|покажи|выведи|отправь|выдай|теперь|есть|у|тебя"
        r"|вас|был[аои]?|будь|ласка|з|із|зі|місця|місця,|де|ти|ви|зупини\w*|відповід\w*|речення|повідомлення|рядк\w*"
        r"|функці\w*|мені|писати|можеш|кінця|кінець|твій|та|але|добре|дякую|надішли|звідти|чому|моля|откъдето|спря|от"
        r"|отговор\w*|prosze|od|miejsca|w|ktorym|gdzie|skonczyle[sm]|przerwale[sm]|odpowied(?:z|zi)|kodu?|tekst"
        r"|zdani[ea]|wiadomosc|linii|liste|funkcje|tabele|historie|ostatni\w*|slow[oa]|czesc|pisz|pisac|napisz|wyslij"
        r"|daj|pokaz|mi|ci|sie|swoj\w*|twoj\w*|czy|mozesz|moglbys|ale|tak|dobrze|dzieki|dziekuje|do|na|z|tego|samego"
        r"|momentu|tam|tu|srodku|polowie|konca|jeszcze|prosim|prosil|kde|jsi|si|odpovedi?|vetu|vety|zpravu|seznam"
        r"|funkci|tabulku|posledni|slovo|cast|psat|psani|napis|posli|dej|ukaz|to|ten|ta|v|pulce|pulky|polovine"
        r"|uprostred|muzes|mohl|bys|jeste|diky|dekuji|ano|zostal\w+|je|byla|byl|se|svou|tvoje|konce|molim|te|gdje|gde"
        r"|stao|odgovor|dlaczego|proc|preco|polsłowa|reszte|cos|kodem|byla|bylo|mi|jest|to|ti",
    ),
    "Finnish, Estonian, Hungarian, Baltic": Words(
        r"jatka(?:a|tko|isitko|kaa|ppa)?|folyta(?:sd|ssa|tas|tnad|tni|thatod|tod|thatnad)|jatka|tovabb|turpini(?:et)?"
        r"|tesk(?:ite)?",
        r"loppuun|viimeistele|loput|loppuosa|kesken|keskeyty\w*|katkes\w*|katkais\w*|vajaa|epataydellinen|puuttuu"
        r"|lopetit|pysahdyit|(?:et|ei) (?:saanut|ole|tullut) (?:viela )?(?:valmis|valmiiksi|kokonaan|loppuun)"
        r"|ala lopeta|fejezd be|befejez(?:ed|ni|ned)|ird (?:\w+ ){0,3}(?:vegig|be)|tobbi(?:t|ek)?|maradek(?:ot)?"
        r"|hatralevo|megszakadt|felbe\w+|abbahagytad|levagod\w+|hianyos|hianyzik"
        r"|nem (?:fejezted be|teljes|lett (?:kesz|teljes)|fejezodott be)|megalltal|elakadtal|ne allj meg",
        r"kiitos|ole|hyva|siita|mihin|jait|jai|vastau(?:s|ksesi|ksen|sta)|kood\w+|miksi|kesken|kohta|teksti\w?"
        r"|lause(?:en)?|viesti|viimei\w+|rivi\w*|listan?|sanan?|osan?|kirjoita|kirjoittamista|anna|laheta|nayta"
        r"|minulle|voitko|voisitko|viela|ja|mutta|hyvin|sina|sen|se|on|kohdasta|kerlek|legysz\w*|kerem|onnan|ahol|hol"
        r"|a|az|egy|miert|ott|itt|kod(?:ot|ja|od)?|valasz(?:t|od|odat)?|szoveg(?:et)?|mondat(?:ot)?|listat|sort|utolso"
        r"|szo|resz(?:t|et)?|irj|ird|iras(?:t)?|kuldd|mutasd|nekem|tudod|tudnad|es|de|jo|rendben|koszi|koszonom|meg|el"
        r"|is|volt|maradt|veget?|vegig|kozep\w+",
    ),
    "Greek": Words(
        r"συνεχισε|συνεχιστε|συνεχισεις|συνεχιζε|συνεχεια",
        r"τελειωσε|τελειωσεις|ολοκληρωσε|ολοκληρωσεις|υπολοιπ\w+|κοπηκε|κομμεν\w+|διακοπηκε|ημιτελ\w+|ελλιπ\w+"
        r"|σταματησες|δεν (?:τελειωσες|ολοκληρω\w+|ειναι (?:πληρ|ολοκληρ)\w+)|μη(?:ν)? σταματ\w+|λειπει (?:το )?τελος",
        r"παρακαλω|σε|απο|εκει|που|οπου|εμεινες|σταματησες|απαντηση|κωδικα\w?|κειμενο|προταση|μηνυμα|λιστα|συναρτηση"
        r"|τελευται\w+|λεξη|μερος|γραψε|γραφεις|γραφε|δωσε|στειλε|δειξε|μου|σου|τον|την|τη|το|η|ο|του|της|τα|και|να"
        r"|στο|στη|στην|μεση|μπορεις|ευχαριστω|ωραια|ενταξει|ναι|τελος|αλλα|γιατι|με",
    ),
    "Turkish": Words(
        r"devam(?: et(?:sene|in|iniz|meni|mek|ebilir|tir)?| edin(?:iz)?| edelim| edebilir| eder)?",
        r"tamamla(?:r|yin|sana|yabilir)?|bitir(?:ir|in|sene|ebilir)?|gerisi(?:ni)?|geri kalan\w*|kalan(?:i|ini|lari)?"
        r"|devamini?|yarim (?:kal\w+|birak\w+)|yarida (?:kal\w+|kes\w+|birak\w+)|kesildi|kesilmis|kesiliyor"
        r"|eksik(?: kaldi)?|bitmedi|bitirmedin|tamamlanmadi|tamamlamadin|durdun|durma",
        r"lutfen|kaldigin(?:iz)?|yerden|cevab?p?(?:i|in|ini)?|yanit(?:i|in|ini)?|kod(?:u|un|lari)?|metni?n?"
        r"|cumley?i?n?|mesaji?n?|listeyi?|fonksiyonu?|tabloyu?|hikayeyi?|son(?:una|unu)?|kadar|satiri?(?:dan)?|kelime"
        r"|yaz(?:ar|maya|iyordun)?|edebilir|gonder|ver|goster|bana|mi[sn]+in|musun|ve|ama|tamam|evet|guzel|tesekkurler"
        r"|sagol|hadi|lan|kanka|buradan|oradan|biraktigin|neden|niye|ortasinda|bu|da|eder",
    ),
    "Vietnamese": Words(
        r"tiep(?: tuc| di| nhe| nao)?",
        r"(?:phan|doan|cho|cai) con lai|con lai|hoan (?:thanh|tat|thien)|(?:viet|noi) (?:not|het|cho (?:xong|het))"
        r"|(?:chua|khong) (?:duoc )?(?:viet |tra loi |noi |lam |co )?(?:xong|het|hoan (?:thanh|chinh)|day du|du)"
        r"|bi (?:cat|ngat|dut|ngung|mat)(?: ngang| quang)?|dung (?:lai )?giua chung|do dang"
        r"|sao (?:ban )?(?:lai )?dung(?: lai)?",
        r"ban|hay|vui long|xin|lam|on|viet|di|nhe|nao|nha|giup|toi|minh|em|anh|tu|cho|choi|dang|da|dung|lai|o|phan"
        r"|doan|cau|tra|loi|ma|nguon|van|tin|nhan|danh|sach|ham|bang|cuoi|cung|dong|cua|con|dau|gui|xem|duoc|khong|co"
        r"|the|va|nhung|tot|cam|giua|chung|roi|tai|sao",
    ),
    "Indonesian, Malay, Tagalog": Words(
        r"lanjut(?:kan|in|an(?:nya)?)?|teruskan|terusin|sambung(?:kan|an(?:nya)?)?|ipagpatuloy|ituloy|magpatuloy"
        r"|pagpatuloy",
        r"selesaikan|tuntaskan|lengkapi|sisanya|sisa|(?:ter|ke)potong|terputus|kepotong"
        r"|(?:belum|tidak|kurang) (?:selesai|lengkap|tuntas|kelar)"
        r"|(?:kenapa|mengapa|jangan|kamu|anda|jawaban\w*) (?:ber)?henti|tuloy|tapusin"
        r"|hindi (?:pa |mo )*(?:tapos|natapos|kumpleto|buo)|naputol|nabitin|natitira(?:ng)?",
        r"tolong|tengah|kenapa|mengapa|jawab|di tengah|silakan|silahkan|mohon|dari|di|mana|yang|tadi|kamu|anda"
        r"|berhenti|terhenti|kode(?:nya)?|jawaban(?:nya|mu)?|teks|kalimat(?:nya)?|pesan|daftar|fungsi|tabel|cerita"
        r"|artikel|terakhir|baris|kata|bagian|tulis|menulis|tulisan(?:nya)?|kasih|berikan|kirim|tampilkan|saya|aku"
        r"|bisa(?:kah)?|dong|ya|oke|bagus|terima|dan|tapi|sampai|akhir|selesai|itu|ini|masih|lagi|mo|po|pa|ang|ng|sa"
        r"|sagot|lang|naman|bakit|gitna|pakiusap|paki|nga|yung|iyong|kung|saan|ka|tumigil|huminto",
    ),
    "Arabic, Persian, Urdu": Words(
        r"ا?كمل(?:ي|وا|ها|ه)?|تكمل|تابعي?|استمري?|واصلي?|استكمل|استكمال|المتابعه|ادامه(?: ?(?:ش|اش))?"
        r"|جاری رکھ(?:یں|و|یے)",
        r"باقي|بقيه|بقية|الباقي|البقية|المتبقي|ما تبقى|تتمة|انهي?"
        r"|(?:لم|ما) (?:تكمل\w*|تنته\w?|تنتهي|يكتمل|تكتمل|كملت|خلصت)|غير (?:مكتمل|كامل)ة?|ناقصة?|انقطعت?|مقطوعة?|توقفت"
        r"|وقفت|لا تتوقف|بقیه(?: ?(?:ش|اش|ی))?|بقیش|باقیش?|مابقی|باقیمانده"
        r"|(?:کامل|تمام|تموم|تمومش|کاملش|تکمیل) (?:کن|کنید|کنی|نکردی|نشده?|نیست|نبود)|ناقصه?|ناقص (?:است|موند|ماند)"
        r"|نصفه|نیمه کاره|قطع شده?|متوقف شدی?|وایسادی|نایست|باقی",
        r"من|حيث|حيثما|فضلك|لو|سمحت|رجاءا?|الا?جابة|اجابتك|الجواب|جوابك|الرد|ردك|الكود|كود|الكتابة|كتابة|النص|الجملة"
        r"|الرسالة|القائمة|الجدول|القصة|المقال|الاخيرة?|السطر|كلمة|الجزء|اكتب|اكتبي|ارسل|اعطني|اعطيني|هات|في|على|الى"
        r"|عند|(?:ال)?منتصف|(?:ال)?نصف|هل|يمكنك|ممكن|تستطيع|ان|شكرا|جيد|ممتاز|نعم|طيب|حسنا|و|لي|هنا|هناك|انت|لقد|قد|ثم"
        r"|الان|ولكن|لماذا|ليش|ال[اأ]?جابه|لطفا|از|همان|همون|جا|جایی|که|ماندی|موندی|کدها|کدت?|جوابت?|پاسخت?|متن|جمله"
        r"|پیام|لیست|تابع|داستان|مقاله|اخرین|اخر|خط|کلمه|بخش|قسمت|بنویسید|بنویس|نوشتن|بدهید|بدید|بده|دهید|بفرست|نشان"
        r"|نشون|به|برایم|برام|رو|را|ولی|ممنون|مرسی|خوب|عالی|بله|میتونی|میشه|کنید|کن|تا|سر|هم|هنوز|ات|چرا|است|شده|براہ"
        r"|کرم|جواب|لکھیں",
    ),
    "Hebrew": Words(
        r"המשך|המשיכי|המשיכו|תמשיך|תמשיכי|תמשיכו|להמשיך|הלאה",
        r"תסיים|סיים|תשלים|השלם|להשלים|לסיים|שאר|השאר|יתר|היתר|נותר|הנותר|נקטעה?|נקטעת|נחתכה?|קטועה?|חתוך|נעצרת|עצרת"
        r"|הפסקת|נתקעת|לא (?:סיימת|גמרת|השלמת|שלמה?|הושלמה?|נגמר)|אל תעצור|חסר(?: הסוף)?",
        r"בבקשה|מאיפה|מהמקום|מהיכן|איפה|שעצרת|שהפסקת|את|התשובה|תשובה|הקוד|קוד|הטקסט|המשפט|ההודעה|הרשימה|הפונקציה|הטבלה"
        r"|הסיפור|האחרונה?|השורה|המילה|החלק|לכתוב|תכתוב|כתוב|שלח|תשלח|תן|הראה|לי|אתה|יכול|תוכל|של|שלך|גם|כן|תודה|מעולה"
        r"|אוקיי|טוב|עד|הסוף|אבל|פה|שם|זה|באמצע|למה|ה",
    ),
    "Indic": Words(
        r"जारी (?:रखें|रखो|रखिए)|জারি রাখ(?:ুন|ো)|চালিয়ে যা(?:ন|ও)|தொடர(?:வும்|ுங்கள்|வு|்ந்து|்)?|தொடரு",
        r"आगे (?:लिख|बढ़|बता|का|भी)\w*|बाकी|बाक़ी|बचा हुआ|शेष|पूरा (?:कर|लिख|की)\w*|अधूर\w*|पूरा नहीं"
        r"|रुक (?:गए|गया|गई)|कट (?:गया|गई)|aa?ge (?:likh|bata|badh|ka|bhi)\w*|ja+ri rakh\w*|ba+ki|po?ora kar\w*"
        r"|pura kar\w*|adhura|বাকি(?:টা|টুকু)?|অবশিষ্ট|শেষ কর|সম্পূর্ণ কর|অসম্পূর্ণ|থেমে গে|কেটে গে|மீதி\w*|மீதமுள்ள"
        r"|முடிக்க",
        r"कृपया|कोड|जवाब|उत्तर|वाक्य|सूची|भी|दो|दीजिए|दें|का|की|के|से|को|जहाँ|जहां|आपने|तुमने|छोड़ा|था|थे|रुके|वहाँ"
        r"|वहीं|लिख|भेजो|भेजें|हिस्सा|भाग|आपका|यह|ये|है|हो|बीच|में|मुझे|और|क्यों|किया|नहीं|करें|करो|kar[oe]|kijiye"
        r"|bhai|yaar|likho|do|dijiye|bhejo|ka|ki|ke|se|দয়া|করে|কোড|উত্তর|লেখ|লিখ|দাও|দিন|পাঠাও|যেখানে|থেমে|থেকে|সেখান"
        r"|অংশ|আপনার|তোমার|কর|தயவுசெய்து|குறியீடு|பதில்|பதிலை|எழுத|கொடு|நிறுத்திய|இடத்திலிருந்து|விட்ட",
    ),
}  # fmt: skip
