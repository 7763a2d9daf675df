"""The words of requests to go on, without accents, as people often type them: English, Romance, Germanic languages."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One language's words, each an alternative of a regular expression.

    Args:
        rest: they ask for the rest, whatever else is said: go on, the rest.
        whole: they ask for it where nothing else is said: finish the code, the answer was cut.
        around: they may stand beside them: politeness, what is written, where it stopped.
    """

    rest: str
    whole: str
    around: str


CONTINUE = (
    r"c(?:o?on?nt?ti?in?nu?ue?e|ountinue|nontinue|ntinue|otninue|otinue|oninue|onitnue|ontniue|ontnue|ontiune|ontiue"
    r"|ontineu?|ontinu)|co[ontie]{2,5}u[nuetio]{0,3}|[cxv]o[nm][tyr]in[uyi][ewr]"
)
"""The word "continue" with letters too many, too few, swapped or their neighbours; none of these is another word."""
_THING = (
    r"(?:answer|response|message|output|text|sentence|line|word|paragraph|list|code|script|program|function|file|table"
    r"|essay|article|post|thought|translation|explanation|section|chapter|method|email|letter|poem|song|report"
    r"|document|guide|tutorial|item|row|dialogue|snippet|part)s?|repl(?:y|ies)|msg|story|class|query|lyrics|summary"
    r"|stuff|thing"
)
_STOPPED = "stopped|stops|paused|froze|ended|ends|clipped|chopped"

WESTERN = {
    "English": Words(
        rf"{CONTINUE}|continuing|cont'?d|please complete"
        r"|go(?:ing)? on|keep (?:it )?(?:on )?(?:going|writing|generating|typing)|carry(?:ing)? on|resume|cont"
        r"|finish(?: it| up)?|(?:the )?rest|remaining|complete it|complete (?:the|your|this|that)"
        r"|(?:you|it|output|response|answer) (?:have |has )?(?:just )?(?:stopped|got cut)"
        r"|(?:cut|left|broke|broken) off|cutoff|incomplete|unfinished|truncated|interrupted"
        r"|did(?: not|n'?t) (?:finish|complete)|not finished|not complete|isn'?t (?:finished|complete)",
        rf"keep (?:it |them |'?em )?(?:coming|talking|printing|coding|sending|on)"
        rf"|pick(?:ing)? (?:it |this )(?:back )?up|pick(?:ing)? (?:back )?up (?:from|where|at|again)|remainder"
        r"|(?:do not|don'?t|never) stop|(?:proceed|start|restart|go) (?:again )?(?:from|where)|go further"
        rf"|why (?:did|do|would) (?:you|u|it) (?:just |suddenly )?(?:stop|pause|quit|end)|why'?d you (?:stop|quit)"
        rf"|{_STOPPED}"
        r"|(?:you|u|it|got|gets?|getting|was|is|are|were|been|being|has|just|suddenly|again|text|code|answer|response"
        r"|message|reply|output|list|table|story|sentence|script) cut"
        r"|(?:you|u|it|code|answer|response|message|output)(?:'?re| are| is| was| were| got| just)* stuck"
        r"|cut (?:off|short|out|mid|in|at|there|here|again|halfway)|cuts (?:off|short|out)"
        r"|only (?:got|see|saw|have|received|half|part)|half of (?:the|it|ur|your|my|this|that)"
        r"|(?:other|second|last) half"
        r"|(?:(?:can'?t|cannot|can not|don'?t|do not|couldn'?t) (?:see|get|find|read)|(?:didn'?t|did not|doesn'?t"
        r"|does not) (?:see|get|show|give|include|print|send|have|display)) (?:me )?(?:the |it )?(?:end|ending|rest"
        r"|all|everything|last part)|(?:isn'?t|not|wasn'?t|aren'?t) (?:fully|completely|entirely|all there)"
        r"|everything after|all after|(?:and|where'?s|where is) the (?:end|ending)"
        r"|(?:end|ending|bottom|half|last part|rest) (?:is |was |got )?(?:missing|lost|gone)"
        r"|missing (?:the |its |your |an )?(?:end|ending|rest|last|bottom|half)|what comes next"
        r"|what(?:'?s| is| was| comes) after (?:that|this|it|there)|not (?:done|over|the end|all)"
        r"|(?:aren'?t|isn'?t|wasn'?t|ain'?t|weren'?t) (?:yet )?(?:done|over|the end|all|everything|finished|complete)"
        r"|finish(?:ing)? (?:what|your|ur|the|this|that|off|my|writing|typing)|complete (?:ur|what you)"
        r"|completing"
        r"|(?:never|haven'?t|have not|hasn'?t|has not|didn'?t|did not) (?:quite |even |really )?(?:finish(?:ed)?"
        r"|complete[d]?|end(?:ed)?|done)|ran out(?: of (?:space|tokens|room|characters))?"
        r"|(?:hit|reached) (?:the |your |a |its |some )?(?:limit|length limit|max|maximum|character limit|token limit"
        r"|word limit)",
        # politeness, praise, apology
        r"ok|okay|yes|yep|yeah|yup|sure|great|good|nice|perfect|cool|awesome|excellent|amazing|interesting|very|so"
        r"|really|wow|hello|hi|um+|hm+|thanks?|thx|ty|thank you|please|pls|plz|plis|kindly|and|now|just|then|hey|sorry"
        r"|but|are you ok(?:ay)?|oh|ah|oops|alright|lol|lmao|haha+|no|nope|bro|bruh|dude|man|buddy|pal|mate|sir|dear"
        r"|friend|love|chatgpt|chat ?gpt|gpt|bot|well|as|(?:you'?re|you are) doing (?:great|well)|can|could|would|will"
        r"|you(?:'ve|'re)?|u|ur|ya|do|i|i'?m|me|us|let|said|think|guess|to|want|need|let'?s|still|already|only|yet"
        # what the rest is of, and where it stopped
        r"|with|from|where(?:'?s)?|writing|generating|typing|the|your|my|this|that(?:'?s)?|it(?:'?s)?|its|is|was|were"
        r"|has|have|had|been|be|got|get|getting|to|at|of|in|on|up|what(?:'?s)?|there|here|above|below|exactly|right"
        r"|same|exact|point|place|spot|last|previous|prior|first|second|mid|middle|code ?block|code ?box|block|box"
        r"|same format|markdown|wrote|written"
        r"|(?:without|do not|don'?t|no need to|not) (?:repeat(?:ing)?|rewrit(?:e|ing)|start(?:ing)? over)(?: yourself|"
        r" anything| it)?"
        r"|what you(?:'ve| have)? (?:already |just )?(?:wrote|written|said|sent|gave|given|were saying|were writing"
        r"|had)|abruptly|suddenly|short|halfway|half ?way|half|through|part|repeat|after|forgot|about|type|again|entire"
        r"|whole|before|(?:in|at) the middle of (?:the|a|your|my) \w+|saying|doing|telling|explaining|c[oa]me|comes"
        r"|everything|missing|gone|listening|waiting|for|asap|immediately|yo|mine|pardon|due|length|size|tokens?"
        r"|(?:no|without|skip|not)(?: any| an| the)* (?:intro(?:duction)?|preamble|comments?|commentary|apolog(?:y|ies"
        r"|izing)|summary|whole thing|beginning)|whole thing|limit|displayed|printed|being|part|earlier|early|out|until"
        r"|till|too|wait|are|am|went|showed|shown|arrived|loaded|left|off|stopped|stop|ended|end|did|cut|seems?"
        r"|appears?|looks?|like|why|generate|write|give|show|send|output|print|post"
        rf"|provide|paste|display|thoughts?|{_THING}|connection|network|error|because|since|apparently|maybe|able"
        rf"|possible|lost",
    ),
    "Romance": Words(
        r"continu(?:a|e|ez|er|ar|are|ate|ati|i|as|en|ando|emos|amos|iamo|ons)|sigue|sigues|seguir|siga|prosigue"
        r"|proseguir|prosiga|terminez?|termina|finisci|completa|poursui(?:s|vez|vre)|(?:la )?suite|vas-y|prossig[ao]"
        r"|prossegue|prosseguir|prosegu(?:i|a|ire)|(?:vai|va'?|vada|andare|andiamo) avanti|mai departe|retoma(?:r)?"
        r"|retome|reanuda(?:r)?|reprend(?:s|re)|reprenez|riprend(?:i|ere)|reia|(?:segue|siga|vai) em frente",
        # Spanish and Portuguese
        r"(?:termin|finaliz|acab)(?:a|e|ar|alo|ala|arlo|arla|ando)|complet(?:a|ar|alo|arlo|ando)"
        r"|complete (?:a|o|el|le|la|ta|ton|votre|sua)|continuac(?:ao|ion)|conclu(?:ye|ir|i|a)|restos?|faltantes?"
        r"|restantes?|demas|faltou|falt[ao](?:ba|n|ram|m|ndo)?|incomplet[oaie]s?|inconclus[oa]s?|a (?:la )?mitad"
        r"|a medias|pela metade|no meio|se (?:me |te )?corto|cort(?:ou|ad[oa]s?|aste|ando)|interrump(?:io|id[oa]|iste)"
        r"|interromp(?:eu|id[oa])|trunc(?:o|ou|ad[oa])"
        r"|(?:te (?:has )?|se (?:ha )?)(?:qued(?:o|aste|ado)|detuv(?:o|iste)|detenido|par(?:o|aste|ado)|trab(?:o|aste"
        r"|ado))|(?:voce|vc|tu) (?:parou|travou|paraste)|parou|por que (?:te )?par(?:aste|ou)"
        r"|(?:no|nao) (?:has |ha |se )?(?:termin|acab|complet)(?:aste|o|ou|ado|e)|nao (?:concluiu|pare)"
        r"|no (?:te detengas|pares)|segue"
        r"|(?:y|e|donde esta|cade|onde esta|e?t|ou est|dov'e) (?:el|o|la|le) (?:final|fim|fin|fine)"
        r"|(?:no|nao) (?:esta|fue|foi) (?:complet|terminad|acabad)[oa]"
        # French
        r"|(?:termin|achev)(?:er?|ez|ons)|complet(?:er|ez|ons)|fini(?:s|r|ssez|t)|reste|manquante?s?|manque|coupees?"
        r"|(?:est|ete|etait|s'est|a) (?:ete )?coupe|interrompue?s?|tronquee?s?|inachevee?s?"
        r"|(?:tu (?:t'es|t'etes|t'est)|vous (?:vous )?etes|s'est|t'es) (?:soudain )?(?:arretee?s?|coupee?|bloquee?)"
        r"|(?:n'as|n'avez|n'est|as|avez|est|n'a) pas (?:encore |tout )?(?:fini|termine|complete?|acheve|finie)|s'arrete"
        r"|t'arretes? pas|smesso|pourquoi (?:tu t'arretes|t'es-tu arrete|t'arretes)|fin (?:du|de)"
        # Italian
        r"|fini(?:re|scila|scilo)|termin(?:are|i)|completa(?:re|lo|la)|conclu(?:di|dere)|rimanent[ei]|mancant[ei]"
        r"|manca(?:no)?|interrott[oa]|troncat[oa]|tagliat[oa]|(?:ti sei|si e) (?:fermat[oa]|bloccat[oa]|interrott[oa])"
        r"|a meta"
        r"|non (?:hai (?:finito|terminato|completato|concluso)|e (?:finit|complet|terminat)[oa]|ti fermare|fermarti)"
        r"|ti fermi"
        # Romanian
        r"|termina(?:ti)?|completeaza|finalizeaza|restul|intrerupta?|taiata?|incompleta?|oprit|n-?ai terminat"
        r"|la jumatate|nu (?:ai terminat|ai completat|te opri|e complet|este complet|e gata)|lipseste",
        r"por|favor|porfa(?:vor)?|desde|donde|de|del|la|el|lo|los|las|un|una|uno|tu|te|se|me|nos|en|al|a|que|y|o|pero"
        r"|si|ya|con|sin|para|es|esta|estaba|fue|ha|has|habia|quedaste|quedo|dejaste|ibas|parte|ultim[oa]|final|frase"
        r"|oracion|linea|palabra|codigo|respuesta|texto|mensaje|lista|funcion|tabla|historia|cuento|ensayo|articulo"
        r"|parrafo|escribiendo|escribir|escribe|generando|dame|envia(?:me)?|manda(?:me)?|muestra(?:me)?|pasame|puedes"
        r"|podrias|puede|quiero|necesito|gracias|bien|vale|genial|perfecto|excelente|hola|amigo|entonces|ahora|tod[oa]"
        r"|mism[oa]|punto|ahi|alli|aqui|asi|mitad|medio|otra vez|partir|cortado|escribio|pfv|pf|voce|vc|parou|onde|do"
        r"|da|no|na|os|as|em|pode|poderia|pra|e|cade|mande|envie|mostra|mostre|escreva|escreve|escrever|escrevendo"
        r"|resposta|linha|funcao|tabela|obrigad[oa]|valeu|beleza|blz|certo|agora|meio|metade|sua|seu|ainda|foi|ficou"
        r"|mensagem|diciendo|explicando|haciendo|estabas|estavas|estava|dizendo|explicando|fazendo|por que|porque|pra"
        r"|tava|esto|eso|isso|isto|ca|s'il|stp|svp|vous|plait|merci|peux-tu|peux|pouvez-vous|pourrais-tu|pourriez-vous"
        r"|pouvez|ou|des|le|les|une|ta|ton|tes|votre|vos|reponse|code|texte|phrase|liste|ligne|fonction|tableau"
        r"|histoire|l'(?:histoire|article|explication)|message|dernier|derniere|mot|plein|milieu|moitie|et|es|t'es|est"
        r"|as|ete|arretee?|j'ai|il|elle|on|moi|nous|donne|donnez|donne-moi|donnez-moi|envoie|envoie-moi|montre"
        r"|montre-moi|affiche|ecris|ecrire|ecrivez|oui|super|parfait|desole|pardon|mais|maintenant|encore|tout|toute"
        r"|partie|c'est|avec|depuis|jusqu'au bout|pourquoi|disais|dire|d'une?|en train|phrases|bout|jusqu'a la fin|fin"
        r"|du|au|per|favore|perfavore|grazie|da|dove|ti|sei|fermato|il|i|gli|di|della|dello|che|cosa|hai|era|stat[oa]"
        r"|puoi|potresti|puo|mi|dammi|mandami|mostrami|scrivi(?:mi)?|scrivere|scrivendo|risposta|codice|testo|riga"
        r"|funzione|tabella|storia|messaggio|parola|fine|mezzo|dal|tua|tuo|ottimo|ciao|scusa|ora|adesso|perche|stavi"
        r"|dicendo|dire|frase|qui|li|ancora|rog|va|unde|ai|ramas|din|cu|codul|raspuns(?:ul)?|text(?:ul)?|propozitia"
        r"|fraza|mesaj(?:ul)?|functia|linie|cuvant|partea|scrie|scrii|da-mi|trimite|arata-mi|poti|ar|putea|dar|bine"
        r"|multumesc|mersi|acolo|pana|capat|de ce|cod\w*|sfarsit(?:ul)?|finalul|interrompu|partire",
    ),
    "German and Dutch": Words(
        r"weiter(?:machen|schreiben|fuhren|gehen)?|fahre? fort|fortfahren|fortsetzen|fortfuhren|fortsetzung"
        r"|ga (?:maar |nog |alsjeblieft )?(?:verder|door)|doorgaan|verdergaan|verder(?:schrijven)?|vervolg"
        r"|doorschrijven|hervat",
        r"setze?(?: \w+){0,4} fort|(?:schreib|mach|stell|brin)\w*(?: \w+){0,4} fertig|zu ?ende|beenden?"
        r"|vervollstandigen?|vollenden?|fertig(?:schreiben|stellen|machen)|abschliessen|restlichen?|ubrigen?"
        r"|fehlenden?|fehlte?n?|abgeschnitten|abgebrochen|mittendrin|unterbrochen|unvollstandige?"
        r"|nicht (?:ganz )?(?:vollstandig|fertig|komplett|zu ende|alles|das ende)|aufgehort|nicht auf"
        r"|hor(?:st|t)(?: \w+){0,3} auf|(?:bricht|brach|brichst)(?: \w+){0,3} ab|stehen ?geblieben"
        r"|maak(?: \w+){0,4} af|afmaken|afschrijven|voltooi(?:en)?|schrijf(?: \w+){0,3} af|resterende|overige|restant"
        r"|ontbreekt|ontbrekende|afgekapt|afgebroken|afgesneden|onderbroken|onvolledig|incompleet"
        r"|niet (?:af|klaar|compleet|volledig)|(?:je|u|het) stopte|gestopt|opgehouden|stop niet|halverwege",
        r"bitte|mit|dem|der|die|das|den|des|ein|einen?|von|vom|wo|du|deine?[nmrs]?|ich|mir|uns|hast|haben|hat|bist|war"
        r"|warst|wurdest|wurden?|worden|ist|sind|aufgehort|antwort(?:en)?|texte?|codes?|satz|liste|zeile|wort|tabelle"
        r"|funktion|nachricht|ausgabe|geschichte|aufsatz|artikel|skript|programm|absatz|letzte[nrms]?|mach(?:e|st)?"
        r"|schreib(?:e|en|st)?|gib|zeige?|schicke?|sende|setze?|es|danke|geht'?s|geht|bleibt|kannst|konntest|konnen|wurdest"
        r"|und|noch|da|dort|hier|ab|an|genau|gleichen|stelle|mitten|im|in|am|zum|zur|einfach|plotzlich|leider|warum"
        r"|wieso|wolltest|sagen|gerade|jetzt|nun|ja|gut|super|toll|prima|sorry|hallo|doch|mal|ende|halfte|stehen"
        r"|geblieben|mittendrin|alsjeblieft|alstublieft|aub|graag|maar|met|schrijven|schrijf|waar|je|jij|u|was"
        r"|gebleven|bent|bleef|het|de|een|van|midden|zin|antwoord|tekst|bericht|regel|lijst|functie|tabel|verhaal"
        r"|laatste|woord|stuk|deel|geef|mij|stuur|toon|kun|kan|kunt|wil|en|nog|nu|hier|daar|gaan|zeggen|wilde|vanaf"
        r"|goed|bedankt|dank|hoi|waarom|eind|einde|is|werd|wordt|jouw",
    ),
    "Nordic": Words(
        r"fortsa(?:tt?(?:er|a|e)?)|fortsætt?(?:e|er)?|fortsett?(?:er|e)?|(?:ga|kor|skriv) vidare|vidare|videre",
        r"skriv(?: \w+){0,4} (?:klart?|fardigt?|færdigt?|ferdig)"
        r"|(?:gor|gjor)(?: \w+){0,4} (?:klart?|fardigt?|færdigt?|ferdig)|avslutt?a?|afslut|slutfor|fardigstall|fullfor"
        r"|fuldfor|resten|aterstaende|resterende|gjenstaende|avbr(?:uten|utet|utt|ots)|afbrudt|avhugg\w*|avklipp\w*"
        r"|avkapad|afkortet|kuttet|klippet|ofullstandig\w*|ufuldstændig\w*|ufullstendig\w*"
        r"|(?:inte|ikke|ikkje) (?:helt )?(?:klart?|fardigt?|færdig|ferdig|komplett?|hele|hela|alt|fuldstændig)"
        r"|(?:du|det|den|svaret) slutade|(?:du|det|den|svaret) (?:stannade|stoppet|stoppede|stoppa)"
        r"|(?:sluta|stopp?) (?:inte|ikke)|saknas|mangler|halvvags|halvveis",
        r"snalla|tack|var|hvor|dar|du|slutade|stannade|slap|slapp|stoppede|stoppet|stoppa|svar(?:et)?|kod(?:en)?"
        r"|kode(?:n)?|text(?:en)?|tekst(?:en)?|mening(?:en)?|sætning(?:en)?|setning(?:en)?|meddelande|besked(?:en)?"
        r"|melding(?:en)?|rad(?:en)?|linjen?|lista(?:n)?|listen?|funktion(?:en)?|funksjon(?:en)?|tabell?(?:en)?|sista"
        r"|sidste|siste|ord(?:et)?|del(?:en)?|skriv|skriva|skrive|ge|giv|gi|mig|meg|visa?|skicka|send|kan|skulle|vill?"
        r"|och|og|men|bra|godt|det|den|der|ar|er|blev|ble|har|fran|fra|mitt|midt|i|av|af|en|et|ett|varfor|hvorfor|hur"
        r"|sa|till?|med|att|at|a|har|her|upp|ditt|din|dit|pa|slut(?:et|t)?|venligst|tak|takk|vær|sa|snill|jag|jeg|igen",
    ),
}  # fmt: skip
MORE = (
    r"next|more|proceed|go ahead|еще|mas|plus|mehr|altro|mais|nua"
    r"|(?:part|parte|partie|teil|deel|czesc|cast|del) (?:2|3|4|two|three|ii|iii)|часть (?:2|3|4)|adelante|avanti|terus"
    r"|nastepn\w+"
)
"""They ask for the rest, or for another of its kind."""
