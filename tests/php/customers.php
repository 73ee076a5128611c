<?php
// Logs in as the guide says, with a multipart form, and lists customers twice: once as the guide's sample asks (an empty
// Filter, spaces around Field), once as programs in use do (parameters in the query of a GET that claims to be a form).
[, $server, $username, $password, $certificate] = $argv;

function ask(string $url, ?array $form, array $headers, string $certificate): array
{
    $request = curl_init($url);
    curl_setopt_array($request, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_CAINFO => $certificate,
    ]);
    if ($form !== null) {
        curl_setopt($request, CURLOPT_POSTFIELDS, $form);
    }
    $answer = curl_exec($request);
    if ($answer === false) {
        fwrite(STDERR, curl_error($request) . "\n");
        exit(1);
    }
    return [curl_getinfo($request, CURLINFO_RESPONSE_CODE), json_decode($answer, true)];
}

$login = ['Api_Username' => $username, 'Api_Key' => hash('sha512', $password), 'Action' => 'gettoken'];
[, $token] = ask("$server/1.0/auth/", $login, [], $certificate);
$headers = ['Authorization: Bearer ' . $token['token'] . ' ', 'Content-Type: application/x-www-form-urlencoded'];

$as_the_guide = ['Action' => 'list', 'Field' => ' User_Id,Username,Name,Family ', 'Filter' => '', 'LimitFrom' => 0, 'LimitCount' => 2];
$as_in_use = ['Action' => 'list', 'filter' => 'Username = 09121234567', 'Field' => 'User_Id'];
$answers = [];
foreach ([$as_the_guide, $as_in_use] as $parameters) {
    $answers[] = ask("$server/1.0/user/?" . http_build_query($parameters), null, $headers, $certificate);
}
echo json_encode(['timeout' => $token['SessionTimeout'], 'answers' => $answers]);
