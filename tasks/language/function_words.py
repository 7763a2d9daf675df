"""The commonest short words of the languages that share a script: evidence of the language of a text."""

from __future__ import annotations

FUNCTION_WORDS: dict[str, str] = {
    "en": "the of and to in is that it for on with as are this be was you your i my me we our they them their "
    "he she his her not but or if from by an at can could would should will what how why when which who where "
    "do does did have has had about there these those than then so just please write make give need want like "
    "some any all more into also been were up out only other its here let explain provide using between hello hi "
    "thanks thank yes okay continue create tell help show list following good great morning keep going next "
    "add change using use best rewrite summarize generate act let's it's i'm don't what's can't draw play spell "
    "describe translate convert compare find check update remove build design implement read say know think mean "
    "difference fix someone something because very much many most such each without proofread correct",
    "es": "el la los las de del que y en un una unos unas es por con para como su sus se lo le les al más pero "
    "no sí si este esta estos estas eso esto ese esa son fue ser está están hay muy también cuando donde qué cómo "
    "cuál yo tú me mi tu nos sobre entre sin hasta desde porque puedes puede hacer quiero necesito hola gracias "
    "ha han tiene cada todo todos otra otro traduce escribe explica explícame dame haz",
    "fr": "le la les de des du et est un une que qui dans en pour pas par sur au aux ce cette ces il elle ils "
    "elles nous vous je tu ne se son sa ses plus avec sont été être avoir ont mais ou où comme si leur leurs mon "
    "ma mes ton votre vos notre quel quelle comment pourquoi peux peut fait faire tout tous très aussi bonjour "
    "merci c'est d'un d'une qu'il traduis traduisez écris écrivez explique expliquez donne",
    "de": "der die das und ist nicht ein eine einer eines einem einen zu mit von für auf den dem des im in sich "
    "auch es an als wie ich du er sie wir ihr bei oder aus nach wenn aber noch kann können wird werden hat haben "
    "sind war über zum zur durch um bitte was warum mein meine dein mir mich dir einem nur so dass diese dieser "
    "dieses mehr sehr hallo danke wo hier geht gibt liegt heißt schreibe schreib übersetze übersetzen erkläre erklär "
    "gib ins kannst kein keine",
    "it": "il lo la gli le di del della dello dei degli delle e è che in un uno una per con non si da dal dalla "
    "al alla come più sono ho ha hai hanno questo questa questi queste anche ma o se nel nella sul sulla ci mi ti "
    "suo sua cosa quando dove perché puoi può essere fare stato io tu noi voi loro ciao grazie molto tutto "
    "traduci scrivi spiega dammi",
    "pt": "o a os as de do da dos das e é que em no na nos nas um uma uns umas para por com não se mais como mas "
    "foi ao à pelo pela ou seu sua são está este esta isso ele ela você eu meu minha nós quando muito também já "
    "ser ter tem há qual quais porque pode fazer entre sobre sem olá obrigado obrigada quero preciso cada "
    "traduza escreva explique crie",
    "nl": "de het een en van ik te dat die in is niet op aan met als voor er maar om hem dan zou of wat mijn dit "
    "zo door over ze zich bij ook tot je mij uit der naar heb hoe heeft hebben deze kan kun kunnen wordt worden "
    "zijn waar wel geen meer jij jullie wij onze hallo bedankt graag moet waarom vertaal schrijf",
    "sv": "och att det i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du "
    "henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp vi "
    "dem vara vad över än dig kan sina här ha mot alla eller vilka detta hur varför",
    "da": "og i jeg det at en den til er som på de med han af for ikke der var mig sig men et har om vi min havde "
    "ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne når "
    "være noget hvordan hvorfor denne også",
    "no": "og i jeg det at en et den til er som på de med han av ikke der så var meg seg men ett har om vi min "
    "hadde hun nå over da ved fra du ut dem oss opp man hva eller skal selv her alle vil ble kunne noe hvordan "
    "hvorfor denne også hvor etter være",
    "fi": "ja on ei se että hän oli mutta myös kun niin ovat joka tai kuin minä sinä ole olen olla mikä miten "
    "miksi voi voit tämä sen jos vain nyt sitä hänen ne me te he kanssa jotka ovatko mitä minun kiitos hei",
    "pl": "i w na z do nie że się to jest jak o po co ale za od przez dla czy tak być był była są oraz jego jej "
    "ich lub może już tylko który która które jako przy tym tego te ten ta mi mnie jestem proszę dlaczego kiedy "
    "gdzie można tej bardzo dzięki cześć przetłumacz napisz wyjaśnij",
    "cs": "a se na v je že to s z do o i jako za pro ale jsem jsou byl byla bylo podle které který která by co "
    "tak jak k od po až jeho nebo také už při jen jsme aby než když ještě jaký jaké proč mi můžete prosím díky "
    "není může být",
    "sk": "a sa na v je že to s z do o i ako za pre ale som sú bol bola bolo podľa ktoré ktorý ktorá by čo tak "
    "k od po až jeho alebo tiež už pri len sme aby než keď ešte aký aké prečo mi môžete prosím ďakujem nie môže byť",
    "hu": "a az és hogy nem is egy ez de van meg már csak mint ha volt el még vagy lehet fel ki én te ő mi ti "
    "kell ezt azt mit hogyan miért mert lesz azonban amely szerint olyan minden pedig sem nagyon köszönöm kérem",
    "ro": "și de în la a cu pe nu că este un o din care să se mai pentru sunt fi ce ca au dar sau prin până al "
    "ale ai am fost lui sa ei ele după fără foarte cum când unde acest această aceste poate vreau mulțumesc",
    "tr": "ve bir bu da de için ne ile çok gibi daha ama olarak olan var mi mı ben sen o biz siz kadar en sonra "
    "nasıl neden değil veya ya şey her olduğu bana beni bunu şu ise ki mu mü hangi yok "
    "demek nedir merhaba lütfen teşekkürler",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena adalah oleh ada mereka "
    "bisa kamu anda kita sudah atau apa bagaimana sebagai dapat lebih seperti kami tetapi jika telah saat hanya "
    "tentang buatkan terima kasih tolong",
    "vi": "và của là có không cho trong được một với các người đã này đến khi từ như những tôi để về ra vào thì "
    "hay làm nhưng cũng bạn nhiều hơn sẽ phải nếu rất gì cách hãy còn đó trên tại sao viết thế nào bằng",
    "ca": "el la els les de del que i en un una és per amb no com se al dels però més aquest aquesta ha són "
    "sobre entre també fins molt què pot ser si jo tu ho seva seu perquè quan on fer tenir gràcies",
    "hr": "i je da se u na za od su koji koja koje kao što ne ali ili sam bi to iz sa po do kako nije smo biti "
    "bio bila može moj tvoj zašto gdje kada samo više ovaj ova ovo hvala molim li",
    "sl": "in je da se v na za od so ki kot ne ali sem bi to iz z po do kako ni smo biti bil bila lahko moj "
    "zakaj kje kdaj samo več ta tega te pa tudi če pri hvala prosim",
    "et": "ja on ei see et ta oli aga ka kui nii või mis ma sa me te nad ole olen kas kuidas miks võib selle "
    "seda tema ning oma ainult siis mida palun tänan tere",
    "lt": "ir yra kad į iš su ne tai bet kaip ar už apie jo jos jų aš tu mes jūs buvo bus gali kas kodėl prie "
    "nuo dėl labai tik šis ši prašau ačiū",
    "lv": "un ir ka no uz ar ne tas bet kā vai par viņa viņš es tu mēs jūs bija būs var kas kāpēc pie ļoti tikai "
    "šis šī lūdzu paldies arī",
    "sq": "dhe në e të për me është që nga një si nuk po se ka ky kjo por janë mund unë ti ne ju kur ku çfarë "
    "pse shumë tek do faleminderit",
    "sw": "na ya wa kwa ni katika za la kuwa hii hiyo huo yake wake yangu lakini pia kama au si mimi wewe sisi "
    "nini jinsi kutoka asante tafadhali hivyo",
    "tl": "ang ng sa na mga ay at ako ikaw siya kami tayo sila hindi para kung paano ano bakit ito iyon may "
    "mayroon lang din rin po ko mo niya namin natin kanilang salamat",
    "af": "die van en het in is nie ek jy hy sy ons julle dat vir op met aan wat hulle kan sal moet maar ook baie "
    "hierdie daar hoe waarom dankie asseblief",
    "cy": "y yr yn a ac i o mae ar ei eu am gan wedi fel bod nid ond neu hwn sydd oedd",
    "ru": "и в не на я что он с как это по но они мы за из у так же от бы ты вы для о его к только мне было вот "
    "если или ни быть при чтобы был да еще ещё меня все всё когда есть как почему где который которые может "
    "можно привет спасибо пожалуйста напиши объясни переведи сделай расскажи исправь сделать без нужно хочу продолжай "
    "чем кто где какой какая какие сколько зачем про этот эта эти",
    "uk": "і в не на я що він з як це по але вони ми за із у так же від би ти ви для о його до тільки мені було "
    "якщо або ні бути при щоб був та ще мене все коли є чому де який які може можна привіт дякую ласка напиши її",
    "bg": "и в не на аз че той с как това по но те ние за от у така бе ти вие о го до само ми беше ако или ни да "
    "бъде при за да още мен всичко когато има защо къде който които може здравей благодаря са се е ще",
    "mk": "и во не на јас дека тој со како ова по но тие ние за од ти вие само ми беше ако или да биде уште кога "
    "има зошто каде кој кои може здраво благодарам се е ќе ги го",
    "ar": "في من على إلى أن هذا هذه التي الذي ما لا هو هي كان مع عن كل أو ثم قد لم بعد بين هل كيف لماذا أنا أنت "
    "يمكن ذلك إذا عند كما حتى لكن شكرا",
    "fa": "و در به از که این را با است برای آن یک تا می هم بر بود شد های ها من تو او ما شما چه چگونه چرا اگر "
    "یا نیز هر کند کنید باشد سلام ممنون لطفا",
    "ur": "اور کے کی میں ہے کا سے کو پر یہ نے ہیں کہ اس ایک نہیں جو بھی کر ہو تھا گیا وہ آپ ہم کیا کیسے کیوں شکریہ",
    "hi": "और के की में है का से को पर यह ने हैं कि इस एक नहीं जो भी कर हो था गया वह आप हम क्या कैसे क्यों मैं लिए धन्यवाद कृपया",
    "mr": "आणि आहे च्या मध्ये ची चे हा ही हे ते तो ती एक नाही आहेत काय कसे का मी तुम्ही आम्ही साठी धन्यवाद कृपया पण किंवा करा",
    "ne": "र छ को मा का की यो त्यो एक हो छैन छन् के कसरी किन म तपाईं हामी लागि धन्यवाद कृपया पनि वा गर्नुहोस् लाई बाट",
}
"""Words by ISO 639-1 code, written by hand; a word of several languages counts less for each of them."""

SHARED_SCRIPTS = (("ru", "uk", "bg", "mk"), ("ar", "fa", "ur"), ("hi", "mr", "ne"))
"""The languages above that are written in Cyrillic, Arabic and Devanagari letters; the others use Latin ones."""
